/** For a service of whose callers one stands for many: hundreds of accounts from one address, thousands of pictures. */
export const unlimited: Readonly<Record<string, string>> = {
  LOGIN_ATTEMPTS_PER_ADDRESS: '100000',
  LIMIT_REGISTRATIONS: 'off',
  LIMIT_LOGINS: 'off',
  LIMIT_REFRESHES: 'off',
  LIMIT_UPLOADS: 'off',
  LIMIT_UPLOAD_BYTES: 'off',
  LIMIT_JOBS: 'off',
  LIMIT_RENDERS: 'off',
  LIMIT_REQUESTS: 'off',
}
