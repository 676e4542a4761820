// WMI objects as go-msrpc prints them, a decoder of the same format in Go: for a comparison of both, token by token.
//
// That printer follows three rules which say less than the bytes, so they are not ours: it leaves out a list of one qualifier and the
// brackets of arrays, and counts a member's class of origin from the class itself, where MS-WMIO 2.2.27 counts from the root.
import { ARRAY, type CimClass, type Property, type Qualifier, type WmiObject } from './model'

/** The object whose MOF is what go-msrpc prints for `object`, but for spaces and the order of qualifiers. */
export function inGoMsrpcForm(object: WmiObject): WmiObject {
  const { parent, instance } = object
  return {
    ...object,
    class: classForm(object.class),
    ...(parent && { parent: classForm(parent) }),
    ...(instance && {
      instance: {
        ...instance,
        qualifiers: listForm(instance.qualifiers),
        properties: instance.properties.map((one) => ({ ...one, qualifiers: listForm(one.qualifiers) })),
      },
    }),
  }
}

function classForm(cim: CimClass): CimClass {
  const originForm = (origin: number) =>
    origin < cim.superclasses.length ? cim.superclasses.length - 1 - origin : origin
  const propertyForm = (property: Property): Property => ({
    ...property,
    type: property.type & ~ARRAY,
    origin: originForm(property.origin),
    qualifiers: listForm(property.qualifiers),
  })
  return {
    ...cim,
    qualifiers: listForm(cim.qualifiers),
    properties: cim.properties.map(propertyForm),
    methods: cim.methods.map(({ input, output, ...method }) => ({
      ...method,
      origin: originForm(method.origin),
      qualifiers: listForm(method.qualifiers),
      ...(input && { input: classForm(input) }),
      ...(output && { output: classForm(output) }),
    })),
  }
}

/** Without the only qualifier of a list; the one that holds the type is not written, so it does not count. */
function listForm(qualifiers: Qualifier[]): Qualifier[] {
  const isType = ({ name }: Qualifier) => name.toLowerCase() === 'cimtype'
  return qualifiers.filter((one) => !isType(one)).length === 1 ? qualifiers.filter(isType) : qualifiers
}
