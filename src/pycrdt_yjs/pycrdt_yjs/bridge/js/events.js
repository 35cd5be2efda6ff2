// Observers: what changed, packed into one text and given to Python at once.

import { ContentString, YTextEvent, encodeStateVector, writeDeleteSet, UpdateEncoderV1 } from '#yjs'
import { callObserver, running } from './python.js'
import { utf8Length } from './utf8.js'
import { Kind, Packer, kindOf } from './values.js'

/** Text deltas count UTF-16 units; pycrdt's count bytes. */
const inBytes = (event, delta) => {
  // A delta retains and deletes whole runs of items, in order: so it is enough to know the text
  // that was kept and the text that was deleted. An embed counts one, like an ASCII character.
  let kept = ''
  let deleted = ''
  for (let item = event.target._start; item !== null; item = item.right) {
    if (!item.countable || event.adds(item)) continue
    const text = item.content instanceof ContentString ? item.content.str : '.'.repeat(item.length)
    if (event.deletes(item)) deleted += text
    else if (!item.deleted) kept += text
  }
  let at = 0
  let deletedAt = 0
  return delta.map(op => {
    if (op.retain !== undefined) {
      const retain = utf8Length(kept.slice(at, at += op.retain))
      return { ...op, retain }
    }
    if (op.delete !== undefined) {
      return { delete: utf8Length(deleted.slice(deletedAt, deletedAt += op.delete)) }
    }
    return op
  })
}

const packDelta = (packer, event) => {
  let delta = event.changes.delta
  if (event instanceof YTextEvent && event.target.doc._wide) delta = inBytes(event, delta)
  return delta.map(op => {
    const attributes = op.attributes ? packer.value(op.attributes) : 0
    if (op.insert !== undefined) {
      const inserted = Array.isArray(op.insert) && !(event instanceof YTextEvent)
        ? op.insert.map(v => packer.value(v))
        : packer.value(op.insert)
      return ['insert', inserted, attributes]
    }
    return op.retain !== undefined ? ['retain', op.retain, attributes] : ['delete', op.delete, 0]
  })
}

const packKeys = (packer, event) => {
  const keys = []
  event.changes.keys.forEach(({ action, oldValue }, key) => {
    const change = [key, action]
    if (action !== 'add') change.push(packer.value(oldValue))
    if (action !== 'delete') {
      const item = event.target._map.get(key)
      change.push(packer.value(item.content.getContent()[item.length - 1]))
    }
    keys.push(change)
  })
  return keys
}

const packEvent = (packer, event) => {
  const kind = kindOf(event.target)
  const isXml = kind >= Kind.xmlFragment
  return [
    kind,
    packer.refs.push(event.target) - 1,
    event.path,
    kind === Kind.map ? 0 : packDelta(packer, event),
    kind === Kind.map || isXml ? packKeys(packer, event) : 0,
    isXml && kind !== Kind.xmlText ? event.childListChanged : null
  ]
}

const send = (key, transaction, events) => {
  const packer = new Packer()
  const text = events.map(event => packEvent(packer, event))
  callObserver(key, transaction, packer.pack(text), packer.refs)
}

/** Observes a type; returns what `unobserve` takes. */
export const observe = (type, key) => {
  const handler = (event, transaction) => send(key, transaction, [event])
  type.observe(handler)
  return { off: () => type.unobserve(handler) }
}

export const observeDeep = (type, key) => {
  const handler = (events, transaction) => {
    if (events.length > 0) send(key, transaction, events)
  }
  type.observeDeep(handler)
  return { off: () => type.unobserveDeep(handler) }
}

/** Observes the updates of a document. */
export const observeDoc = (doc, key) => {
  const handler = (update, _origin, _doc, transaction) => callObserver(key, transaction, update)
  doc.on('update', handler)
  return { off: () => doc.off('update', handler) }
}

export const observeSubdocs = (doc, key) => {
  const handler = ({ added, removed, loaded }, _doc, transaction) => {
    const guids = [added, removed, loaded].map(docs => Array.from(docs, d => d.guid))
    callObserver(key, transaction, JSON.stringify(guids))
  }
  doc.on('subdocs', handler)
  return { off: () => doc.off('subdocs', handler) }
}

export const unobserve = subscription => subscription.off()

// What a TransactionEvent tells besides its update, of the running observer number `depth`.

export const beforeState = depth => encodeStateVector(running[depth].beforeState)
export const afterState = depth => encodeStateVector(running[depth].afterState)
export const deleteSet = depth => {
  const encoder = new UpdateEncoderV1()
  writeDeleteSet(encoder, running[depth].deleteSet)
  return encoder.toUint8Array()
}
