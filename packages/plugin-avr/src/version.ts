/** Of this package; raised with every change that is heard, because it is part of the cache's key. */
export const version = '0.1.0'
