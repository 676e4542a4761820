// Several captures at a time, as the page handles them without the worker: what an archive holds, several files as one.
export { capturesIn, isCaptureName, takeOut } from '../read/several/archive'
export { bundleOf } from '../read/several/bundle'
