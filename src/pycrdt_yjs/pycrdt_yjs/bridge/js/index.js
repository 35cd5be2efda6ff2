// What `pycrdt._pycrdt` calls.

export { connect } from './python.js'
export { commit } from './transactions.js'
export { identity, newType } from './types.js'
export * from './array.js'
export * from './doc.js'
export * from './events.js'
export * from './map.js'
export * from './positions.js'
export * from './text.js'
export * from './undo.js'
export * from './updates.js'
export * from './xml.js'
