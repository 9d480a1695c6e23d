export { defaultLadder, snapToLadder } from './ladder.ts'
export { isPassing, passingParameters, passingPrefixes } from './passing.ts'
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
