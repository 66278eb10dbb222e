import "i18next";
import type access from "../features/access/locales/en.json";
import type auditLog from "../features/audit-log/locales/en.json";
import type desk from "../features/desk/locales/en.json";
import type exports from "../features/exports/locales/en.json";
import type items from "../features/items/locales/en.json";
import type monitoring from "../features/monitoring/locales/en.json";
import type policy from "../features/policy/locales/en.json";
import type queues from "../features/queues/locales/en.json";
import type review from "../features/review/locales/en.json";
import type settings from "../features/settings/locales/en.json";
import type content from "../shared/content/locales/en.json";
import type keys from "../shared/keys/locales/en.json";
import type keys from "../shared/keys/locales/en.json";
import type common from "../shared/locales/en.json";

// With this a key that is not in the English words does not compile.
declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: {
      common: typeof common;
      content: typeof content;
      keys: typeof keys;
      access: typeof access;
      "audit-log": typeof auditLog;
      desk: typeof desk;
      exports: typeof exports;
      items: typeof items;
      keys: typeof keys;
      monitoring: typeof monitoring;
      policy: typeof policy;
      queues: typeof queues;
      review: typeof review;
      settings: typeof settings;
    };
  }
}
