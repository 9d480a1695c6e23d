export type { Recipe } from './recipe.ts'
