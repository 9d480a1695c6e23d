export { defaultLadder, snapToLadder } from './ladder.ts'
export {
  deliveryPath,
  expiryParameter,
  formatSignature,
  parseSignature,
  signatureBase,
  signatureExpiry,
  signatureParameter,
  signingKeyIdPattern,
} from './signature.ts'
