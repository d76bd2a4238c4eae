// Say times and distances as people say them.
import { language } from "./state.js";
import { t } from "./words.js";

const ZONE = "Asia/Shanghai";
const MINUTE = 60;
const HOUR = 3600;

/** A span of time: 45秒, 4分10秒, 1小时05分. @param {number} seconds */
export function duration(seconds) {
  const whole = Math.round(seconds);
  if (whole < MINUTE) return t("page.time.seconds", { seconds: whole });
  if (whole < HOUR) {
    const rest = String(whole % MINUTE).padStart(2, "0");
    return t("page.time.minutes", { minutes: Math.floor(whole / MINUTE), seconds: rest });
  }
  const minutes = Math.round((whole % HOUR) / MINUTE);
  const hours = Math.floor(whole / HOUR) + (minutes === MINUTE ? 1 : 0);
  return t("page.time.hours", { hours, minutes: String(minutes % MINUTE).padStart(2, "0") });
}

/** A distance: 850 米, 3.2 公里. @param {number} metres */
export function distance(metres) {
  if (metres < 995) return t("page.length.metres", { metres: Math.round(metres / 10) * 10 || Math.round(metres) });
  const kilometres = metres / 1000;
  return t("page.length.kilometres", { kilometres: kilometres.toFixed(kilometres < 100 ? 1 : 0) });
}

/** A whole number with its thousands apart. @param {number} value */
export function count(value) {
  return new Intl.NumberFormat(language.value === "zh" ? "zh-CN" : "en-GB").format(value);
}

/** @param {Date} moment @param {Intl.DateTimeFormatOptions} options */
function local(moment, options) {
  return new Intl.DateTimeFormat(language.value === "zh" ? "zh-CN" : "en-GB", { timeZone: ZONE, ...options }).format(
    moment,
  );
}

/** 14:05 @param {Date} moment */
export function clock(moment) {
  return local(moment, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** 14:05:09 @param {Date} moment */
export function clockSeconds(moment) {
  return local(moment, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
}

/** 6月30日星期二 @param {Date} moment */
export function day(moment) {
  return local(moment, { month: "long", day: "numeric", weekday: "long" });
}

/** 2020年6月30日 14:05 @param {Date} moment */
export function exact(moment) {
  return local(moment, {
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

/** How long ago: 刚刚, 12分钟前, 3小时前, 3天前. @param {Date} moment @param {Date} from */
export function ago(moment, from) {
  const seconds = Math.max(0, (from.getTime() - moment.getTime()) / 1000);
  if (seconds < MINUTE) return t("page.time.just_now");
  if (seconds < HOUR) return t("page.time.minutes_ago", { count: Math.floor(seconds / MINUTE) });
  if (seconds < 24 * HOUR) return t("page.time.hours_ago", { count: Math.floor(seconds / HOUR) });
  return t("page.time.days_ago", { count: Math.floor(seconds / (24 * HOUR)) });
}

/** The local wall time of a moment for a `datetime-local` field: 2020-06-30T14:05. @param {Date} moment */
export function wallTime(moment) {
  const parts = new Intl.DateTimeFormat("sv-SE", {
    timeZone: ZONE,
    dateStyle: "short",
    timeStyle: "short",
  }).format(moment);
  return parts.replace(" ", "T");
}

/** A place as people dictate it: 120.15032, 32.51201. @param {number} lon @param {number} lat */
export function coordinates(lon, lat) {
  return `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
}

/** A telephone in groups: 138 0000 0001. @param {string} phone */
export function telephone(phone) {
  return /^1\d{10}$/.test(phone) ? `${phone.slice(0, 3)} ${phone.slice(3, 7)} ${phone.slice(7)}` : phone;
}
