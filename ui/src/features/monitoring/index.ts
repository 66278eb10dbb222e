export { MonitoringPage } from "./monitoring-page";
export { fromSearch, type MonitoringSearch, toSearch } from "./view";
