export { ItemPage } from "./item-page";
export { ItemsPage } from "./items-page";
