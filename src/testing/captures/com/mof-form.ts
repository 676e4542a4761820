// The form in which the printer of the public dumps' MOF files writes objects. It follows three rules of its own, each with less in it than
// the objects say, so the product does not follow them.
import { ARRAY, type CimClass, type Property, type Qualifier, type WmiObject } from '../../../wmio/model'

/**
 * The object whose MOF is what that printer writes: a list of one qualifier is left out, arrays have no brackets, and a property's or
 * method's class of origin is counted from the class itself, where MS-WMIO 2.2.27 counts from the root of the hierarchy.
 */
export function inFormOfDumps(object: WmiObject): WmiObject {
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
