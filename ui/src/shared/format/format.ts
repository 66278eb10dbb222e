import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Format {
  /** `1,204`. */
  count(value: number): string;
  /** `1.2M`; for places without room for all digits. */
  compact(value: number): string;
  /** `97%` from 0.97; one more place below 10% and above 99%, so that 0.996 is not shown as 100%. */
  share(value: number): string;
  /** `0.34`. */
  decimal(value: number): string;
  /** `10:41`. */
  time(moment: string | Date): string;
  /** `10:41:26` on the day of `now`, else `18 Nov, 10:41:26`. */
  exact(moment: string | Date, now: Date): string;
  /** `18 November 2026, 10:41`. */
  full(moment: string | Date): string;
  /** The shortest that is clear from `now`: `10:41`, `yesterday`, `18 Nov`, `18 Nov 2025`. */
  moment(moment: string | Date, now: Date): string;
  /** `42 min`, `3 h 10 min`, `2 d 4 h`; never negative. */
  span(milliseconds: number): string;
  /** `in 42 min`, `Friday, 17:00`, `12 min over`. */
  due(moment: string, now: Date): string;
  /** `English and German` from `en`, `de`. */
  languages(tags: readonly string[]): string;
  list(words: readonly string[]): string;
}

/** What a slug is called on screen: `payout-letters` becomes `Payout letters`. */
export function nameOf(slug: string): string {
  const words = slug.replace(/[-_.]+/g, " ").trim();
  return words === "" ? slug : words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

function sameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}

/** The region whose dates and numbers are used: the browser's own for `language`, else the European one. */
export function regionOf(language: string, wanted: readonly string[] = navigator.languages): string {
  return wanted.find((tag) => tag.startsWith(`${language}-`)) ?? (language === "en" ? "en-GB" : language);
}

export function makeFormat(region: string, t: TFunction<"common">): Format {
  const number = new Intl.NumberFormat(region);
  const compact = new Intl.NumberFormat(region, { notation: "compact", maximumFractionDigits: 1 });
  const decimal = new Intl.NumberFormat(region, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const percent = [0, 1].map(
    (places) => new Intl.NumberFormat(region, { style: "percent", maximumFractionDigits: places }),
  );
  const time = new Intl.DateTimeFormat(region, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const exact = new Intl.DateTimeFormat(region, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const full = new Intl.DateTimeFormat(region, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const day = new Intl.DateTimeFormat(region, { day: "numeric", month: "short" });
  const dayYear = new Intl.DateTimeFormat(region, { day: "numeric", month: "short", year: "numeric" });
  const weekday = new Intl.DateTimeFormat(region, { weekday: "long" });
  const list = new Intl.ListFormat(region, { type: "conjunction" });
  const names = new Intl.DisplayNames(region, { type: "language" });

  const format: Format = {
    count: (value) => number.format(value),
    compact: (value) => (value < 10_000 ? number : compact).format(value),
    share: (value) => (percent[value !== 0 && value !== 1 && (value < 0.1 || value > 0.99) ? 1 : 0] ?? number).format(value),
    decimal: (value) => decimal.format(value),
    time: (moment) => time.format(new Date(moment)),
    exact(moment, now) {
      const at = new Date(moment);
      return sameDay(at, now) ? exact.format(at) : `${format.moment(at, now)}, ${exact.format(at)}`;
    },
    full: (moment) => full.format(new Date(moment)),
    moment(moment, now) {
      const at = new Date(moment);
      if (sameDay(at, now)) return time.format(at);
      if (sameDay(at, new Date(now.getTime() - DAY))) return t("yesterday");
      return at.getFullYear() === now.getFullYear() ? day.format(at) : dayYear.format(at);
    },
    span(milliseconds) {
      const minutes = Math.max(0, Math.floor(milliseconds / MINUTE));
      if (minutes < 1) return t("span.underMinute");
      if (minutes < 60) return t("span.minutes", { minutes });
      const hours = Math.floor(minutes / 60);
      if (hours < 24) {
        return minutes % 60 === 0 ? t("span.hours", { hours }) : t("span.hoursMinutes", { hours, minutes: minutes % 60 });
      }
      const days = Math.floor(hours / 24);
      return hours % 24 === 0 ? t("span.days", { days }) : t("span.daysHours", { days, hours: hours % 24 });
    },
    due(moment, now) {
      const at = new Date(moment);
      const left = at.getTime() - now.getTime();
      if (left < 0) return t("due.over", { span: format.span(-left) });
      if (left < 12 * HOUR) return t("due.in", { span: format.span(left) });
      if (left < 6 * DAY) return t("due.at", { day: weekday.format(at), time: time.format(at) });
      return t("due.at", { day: dayYear.format(at), time: time.format(at) });
    },
    languages: (tags) =>
      list.format(
        tags.map((tag) => {
          try {
            return names.of(tag) ?? tag;
          } catch {
            return tag; // not a well-formed tag: shown as it came
          }
        }),
      ),
    list: (words) => list.format(words),
  };
  return format;
}

/** Numbers, times and spans as the language on screen writes them. */
export function useFormat(): Format {
  const { t, i18n } = useTranslation("common");
  return useMemo(() => makeFormat(regionOf(i18n.language), t), [i18n.language, t]);
}
