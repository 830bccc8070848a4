/** What `portaria models` needs; it loads nothing of sherpa. */
export { catalogue, type CatalogueEntry, usualModelsUrl } from './models/catalogue.ts'
export type { Progress } from './models/download.ts'
export { findModel, installedModels } from './models/find-model.ts'
export { type ModelCard, readModelCard } from './models/model-card.ts'
export { type Pulled, pullModel, type PullOptions } from './models/pull-model.ts'
export { modelsPlace } from './options.ts'
