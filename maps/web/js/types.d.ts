/** Shapes of what the server answers, as the pages use them. Lengths in metres, times in seconds, lon/lat in degrees. */

export type Language = "zh" | "en";
export type Theme = "light" | "dark";
export type Tier = "district" | "town" | "village" | "specialist" | "volunteer";
export type Command = "own" | "request" | "invite";
export type Risk = "red" | "orange" | "yellow" | "blue";
export type Level = "I" | "II" | "III" | "IV";
export type LonLat = [number, number];
export type Box = [number, number, number, number];
export type RiskCounts = Record<Risk, number>;

export interface GeoJSONGeometry {
  type: string;
  coordinates: any;
}

export interface TileSet {
  url: string;
  min_zoom: number;
  max_zoom: number;
  layers: string[];
}

export interface Basemap {
  kind: "own" | "wmts";
  url?: string;
  layer?: string;
  matrix_set?: string;
  attribution?: string;
}

export interface District {
  code: string;
  name: string;
  bbox: Box | null;
  outline: GeoJSONGeometry | null;
  levels: { level: number; name: string; cells: number }[];
  counts: Record<"enterprises" | "sites" | "unplaced_sites" | "officers" | "teams" | "run_cards" | "alarms", number>;
  alarm_types: { code: string; name: string }[];
  response_levels: { code: Level; name: string }[];
  plan: { code: string; name: string; effective_from: string } | null;
  sources: { what: string; attribution: string; licence: string }[];
  map_approval: string;
  basemap: Basemap;
  tiles: Record<"base" | "cells" | "enterprises" | "teams", TileSet | undefined>;
  now: string;
  roads: boolean;
  demo: boolean;
  version: number;
}

export interface CellOfficer {
  id?: string;
  name: string;
  role: string;
  phone: string;
}

export interface AlarmCell {
  level: number;
  code: string;
  name: string;
  officers: CellOfficer[];
}

export interface TeamName {
  id: string;
  name: string;
  code: string;
}

export interface ChosenTeam {
  team: TeamName;
  tier: Tier;
  command: Command;
  capabilities: string[];
  people: number;
  profile: string;
  phone: string;
  base: LonLat | null;
  turnout_s: number | null;
  travel_s: number | null;
  walk_s: number | null;
  eta_s: number | null;
  late_s: number | null;
  distance_m: number | null;
  walk_m: number | null;
  estimated: boolean;
  reason: string;
  task: string;
  safe_distance_m: number;
  need: string;
  rank: number;
  home: boolean;
  fallback: boolean;
  route: GeoJSONGeometry | null;
}

export interface PassedOver {
  team: TeamName;
  tier: Tier;
  command: Command;
  base: LonLat | null;
  eta_s: number | null;
  estimated: boolean;
  reason: string;
  reason_code: string;
}

export interface Shortfall {
  need: string;
  teams_missing: number;
  people_missing: number;
  reason: string;
}

export interface Answer {
  alarm: { type: string; level: Level; lon: number; lat: number; reported_at: string; address: string };
  when: string;
  card: { name: string; type: string; level: Level };
  cells: AlarmCell[];
  chosen: ChosenTeam[];
  passed_over: PassedOver[];
  shortfalls: Shortfall[];
  people: { own: number; requested: number; invited: number };
}

export interface Found {
  kind: "cell" | "enterprise" | "officer" | "team" | "road" | "place";
  id: string | null;
  code: string | null;
  name: string;
  detail: string;
  lon: number | null;
  lat: number | null;
  bbox: Box | null;
}

export interface Team {
  id: string;
  code: string;
  name: string;
  tier: Tier;
  command: Command;
  capabilities: string[];
  people: number;
  lon: number | null;
  lat: number | null;
  phone: string;
  turnout_s: number;
  shift: string;
  home_cell_code: string;
  department: string;
  taken_by: string | null;
  in_service: boolean;
  out_of_service_reason: string;
  demo: boolean;
}

export interface ServingOfficer {
  id: string;
  name: string;
  role: string;
  phone: string;
  acting: boolean;
}

export interface CellDetail extends CellRow {
  geometry: GeoJSONGeometry;
  officers: ServingOfficer[];
  ancestors: CellRow[];
  children: CellRow[];
  neighbours: CellRow[];
  enterprises: RiskCounts;
}

export interface OfficerDetail {
  id: string;
  code: string;
  name: string;
  phone: string;
  posts: { role: string; cell_code: string; cell_name: string; since: string; until: string | null }[];
  bbox: Box | null;
  cells: (CellRow & { geometry: GeoJSONGeometry; enterprises: RiskCounts })[];
  neighbours: CellRow[];
  enterprises: RiskCounts;
}

export interface EnterpriseRow {
  id: string;
  code: string;
  name: string;
  credit_code: string | null;
  industry: string;
  department: string;
  risk: Risk;
  staff: number | null;
  chemicals: string;
  lon: number | null;
  lat: number | null;
}

export interface EnterpriseDetail extends EnterpriseRow {
  no_credit_code_reason: string;
  contact: string;
  phone: string;
  sites: {
    id: string;
    code: string;
    name: string;
    address: string;
    lon: number | null;
    lat: number | null;
    cells: string[];
  }[];
}

export interface AlarmRow {
  id: string;
  code: string;
  type: string;
  level: Level;
  lon: number;
  lat: number;
  reported_at: string;
  address: string;
  note: string;
  nature: string;
  dispatches: number;
  people: number;
}

export interface Closure {
  id: string;
  code: string;
  road: string;
  geometry: GeoJSONGeometry;
  reason: string;
  closed_at: string;
  closed_by: string;
  opened_at: string | null;
  on_the_roads: boolean;
}

export interface Cover {
  on: boolean;
  tier: string;
  by: number;
}

export interface Reach {
  teams: number;
  villages: number;
  by: number;
  items: { within_s: number; area_km2: number; villages: number; geometry: GeoJSONGeometry }[];
}

export interface Way {
  team: { id: string; name: string; code: string };
  tier: string;
  base: LonLat;
  straight_m: number;
  distance_m: number | null;
  turnout_s: number;
  travel_s: number | null;
  walk_s: number;
  eta_s: number | null;
  route: GeoJSONGeometry | null;
}

export interface Explanation {
  text: string;
  cause: string;
  later: Way;
  sooner: Way;
  obstacle: {
    kind: "closure" | "limit" | "water";
    at: LonLat;
    shape: GeoJSONGeometry;
    road: string;
    limit_kind: string | null;
    limit: number | null;
    own: number | null;
    free_s: number;
    saved_s: number | null;
    free_way: GeoJSONGeometry | null;
  } | null;
}

export interface CellRow {
  code: string;
  name: string;
  level: number;
  kind: string;
  parent_code: string;
  governed: boolean;
  bbox: Box;
  seat: LonLat | null;
}

/** The place an alarm is put at; `name` says what stands there when that is known. */
export interface Place {
  lon: number;
  lat: number;
  name: string;
  enterprise?: string;
}

/** What the panel shows. */
export type Panel =
  | { kind: "today" }
  | { kind: "alarm" }
  | { kind: "officer" | "enterprise" | "team" | "cell"; id: string }
  | { kind: "spot"; found: Found };

export interface Grant {
  role: string;
  area: string;
  department: string;
  since: string | null;
  until: string | null;
}

export interface Account {
  id: string;
  name: string;
  title: string;
  grants: Grant[];
  must_change: boolean;
  password_changed_at: string;
  disabled_at: string | null;
}

export interface Session {
  signed_in: boolean;
  provider: string;
  needed: boolean;
  account: Account | null;
  actions: string[];
  /** Pages that may be opened, the first one where to begin. */
  pages: string[];
  csrf: string;
  ends_at: string | null;
  now: string;
}

export interface OwnSession {
  id: string;
  started_at: string;
  seen_at: string;
  address: string;
  agent: string;
  here: boolean;
}

export interface Token {
  id: string;
  title: string;
  scopes: string[];
  created_at: string;
  expires_at: string;
  revoked_at: string | null;
}

export interface SignIn {
  at: string;
  name: string;
  address: string;
  outcome: string;
}

/** One event of the trail; what is personal in it is masked. */
export interface TrailEvent {
  sequence: number;
  id: string;
  noun: string;
  noun_id: string;
  what: string;
  subject: string;
  actor: string;
  actor_title: string;
  happened_at: string;
  recorded_at: string;
  reason: string;
  body: Record<string, any>;
  personal: Record<string, Record<string, any>>;
  hash: string;
}

/** The chain of events, as the last walk along it found. */
export interface Trail {
  count: number;
  state: string;
  head: string;
  walked_at: string | null;
  walked: number;
  seconds: number | null;
  walking: number | null;
  broken: { code: string; sequence: number; sound: number; detail: string } | null;
  fault: string;
  actors: { name: string; title: string }[];
  nouns: string[];
}

/** One thing that changed, as the live stream tells it; without `id` where many of a kind did. */
export interface Change {
  noun: string;
  what: string;
  at: string;
  id?: string;
}

/** A call that tells of an incident. */
export interface Call {
  id: string;
  received_at: string;
  caller: string;
  phone: string;
  said: string;
  taken_by: string;
}

/** A team sent to an incident. */
export interface Sent {
  id: string;
  team: TeamName;
  tier: Tier;
  command: Command;
  phone: string;
  people: number;
  task: string;
  safe_distance_m: number;
  state: string;
  dispatched_at: string;
  acknowledged_at: string | null;
  en_route_at: string | null;
  on_scene_at: string | null;
  released_at: string | null;
  home_at: string | null;
  eta_at: string | null;
  answered_by: string;
  reference: string;
  warning: LogEntry | null;
  called: string;
}

export interface LogEntry {
  id: string;
  number: number;
  step: string;
  happened_at: string;
  recorded_at: string;
  actor: string;
  text: string;
  facts: Record<string, any>;
  corrects: string | null;
}

export interface Alike {
  id: string;
  code: string;
  type: string;
  address: string;
  received_at: string;
  away_m: number | null;
  apart_s: number;
  score: number;
}

export interface Incident {
  id: string;
  code: string;
  status: "open" | "closed" | "merged";
  revision: number;
  received_at: string;
  type: string;
  level: Level | null;
  lon: number | null;
  lat: number | null;
  address: string;
  note: string;
  nature: string;
  enterprise_id: string | null;
  enterprise: string;
  merged_into: string | null;
  linked_to: string | null;
  commander: string;
  closed_at: string | null;
  cells: { level: number; code: string; name: string }[];
  calls: Call[];
  teams: Sent[];
  alike: Alike[];
}

export interface IncidentDetail extends Incident {
  log: LogEntry[];
}

export interface PlaceHit {
  kind: string;
  id: string;
  name: string;
  detail: string;
  lon: number;
  lat: number;
  enterprise_id: string | null;
}

export interface PlaceFile {
  entrances: { site: string; name: string; note: string; lon: number; lat: number; away_m: number }[];
  people: { name: string; role: string; cell: string; phone: string }[];
  enterprises: {
    id: string;
    name: string;
    site: string;
    risk: Risk;
    industry: string;
    chemicals: string;
    staff: number | null;
    contact: string;
    phone: string;
    address: string;
    away_m: number;
  }[];
  alarms: {
    id: string;
    code: string;
    type: string;
    level: Level;
    reported_at: string;
    address: string;
    away_m: number;
    people: number;
  }[];
  water: { kind: string; name: string; away_m: number }[];
  calls: { id: string; code: string; type: string; address: string; received_at: string }[];
}

export interface RouteRow {
  id: string;
  team_id: string;
  lon: number | null;
  lat: number | null;
  travel_s: number | null;
  route: GeoJSONGeometry | null;
  eta_at: string | null;
  position: { lon: number; lat: number; accuracy_m: number | null; age_s: number; stale: boolean; taken_at: string } | null;
}

export interface CardLine {
  line: number;
  tier: Tier | null;
  capability: string;
  command: Command;
  teams: number;
  people: number;
  task: string;
  safe_distance_m: number;
  fallback: string;
  local: boolean;
  kit: { kind: string; quantity: number }[];
}

export interface RunCard {
  id: string;
  type: string;
  level: string;
  name: string;
  needs: CardLine[];
}

/** A road that is closed, slow or flooded for a while. */
export interface RoadChange {
  id: string;
  code: string;
  kind: "closed" | "slow" | "flood";
  road: string;
  geometry: GeoJSONGeometry;
  factor: number | null;
  reason: string;
  since: string;
  until: string | null;
  made_by: string;
}

/** What is known of a call and its incident, as typed. */
export interface CallForm {
  said: string;
  caller: string;
  phone: string;
  placeText: string;
  address: string;
  lon: number | null;
  lat: number | null;
  enterprise_id: string | null;
  type: string;
  level: string | null;
  note: string;
  nature: string;
}

/** A command that was not answered yet. */
export interface WaitingCommand {
  key: string;
  said: string;
  path: string;
  body: object;
  at: string;
  quiet: boolean;
}

export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  fields: Record<string, any>;
}

export interface Fix {
  lon: number;
  lat: number;
  accuracy_m: number;
  at: number;
}

export interface FieldCell {
  code: string;
  name: string;
  above: string;
  mine: boolean;
  geometry: GeoJSONGeometry;
  officers: CellOfficer[];
}

export interface FieldEnterprise {
  id: string;
  name: string;
  risk: Risk;
  industry: string;
  department: string;
  chemicals: string;
  contact: string;
  phone: string;
  sites: { id: string; name: string; address: string; lon: number | null; lat: number | null; cell_code: string }[];
  open_hazards: number;
  visited_on: string | null;
  due_on: string | null;
}

export interface FieldKit {
  account: string;
  now: string;
  clock_set: boolean;
  version: number;
  plan: string;
  cell: string;
  choices: { code: string; name: string; level: number }[];
  cells: FieldCell[];
  enterprises: FieldEnterprise[];
  hazards: any[];
  kinds: string[];
  intervals: Record<Risk, number>;
  bbox: Box | null;
}

/** One change on its way: a report, a step, or a photo of one of them. */
export interface OutboxItem {
  id: string;
  n: number;
  kind: "report" | "step" | "photo";
  account: string;
  hazard: string;
  path: string;
  body: any;
  label: string;
  made_at: string;
  state: "waiting" | "sending" | "held" | "refused" | "done";
  problem: { code: string; detail: string; fields: Record<string, any> } | null;
  sha256: string;
  size: number;
  sent: number;
}
