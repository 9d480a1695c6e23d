/**
 * How far a part of the installation is shared. A `process` part lives and dies with one process, so it may only
 * be used when that process runs every role that shares it; a `cluster` part may be shared by any number.
 */
export type Reach = 'process' | 'cluster'
