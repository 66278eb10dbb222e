import { useTranslation } from "react-i18next";

export interface Meaning {
  title: string;
  question: string;
  /** One line below the question. */
  short: string;
  /** Numerator, denominator, clock, who is left out, and what to mind. */
  whole: string;
  /** What must happen before there is a number. */
  appears: string;
}

/** What a metric means, in the language of the reader. English is what the server declares; a test compares. */
export function useMeaning(name: string): Meaning {
  const { t } = useTranslation("monitoring");
  const word = (part: string) => t(`metric.${name}.${part}` as "noData", { defaultValue: "" });
  const clock = t(`clock.${word("clock")}` as "noData", { defaultValue: "" });
  const lines = [
    t("counted.numerator", { words: word("numerator") }),
    t("counted.denominator", { words: word("denominator") }),
    t("counted.clock", { words: clock }),
    t("counted.leftOut", { words: word("left_out") }),
    word("note"),
  ];
  const appears = t(`appears.${name}` as "noData", { defaultValue: t("appears.other") });
  const per = word("denominator");
  return {
    title: word("title"),
    question: word("question"),
    short: per === t("nothingBelow") ? t("short.plain", { what: word("numerator"), clock }) : t("short.share", { what: word("numerator"), per, clock }),
    whole: lines.filter((line) => line !== "").join("\n"),
    appears,
  };
}
