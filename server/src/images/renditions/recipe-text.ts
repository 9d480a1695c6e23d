import { canonical, formatQuery, type Recipe } from '@rendition/contract/recipe'

/** A recipe as the parameters that say the same, where there are such: for people to read. */
export const recipeText = (recipe: Recipe | null | undefined): string =>
  recipe === null || recipe === undefined ? 'none' : (formatQuery(recipe) ?? canonical(recipe)) || 'unchanged'
