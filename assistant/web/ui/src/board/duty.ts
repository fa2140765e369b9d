// The duty plan as the server tells it, the questions about it, and its page's own words.
import { getJson, sendJson } from '../api'
import { told } from '../i18n'

export interface Stretch {
  start: string
  end: string
  route: 'queue' | 'duty' | 'message'
  text: string
  people: [name: string, number: string | null, ringSeconds: number][]
  because: string[]
  alarm: string | null
}

export interface Day {
  day: string
  why: string
  confirmed: boolean
  stretches: Stretch[]
}

export type ChangeKind = 'closed' | 'open' | 'forward' | 'swap'

export interface Change {
  change_id: string
  kind: ChangeKind
  start: string
  end: string
  by: string
  reason: string
  made_at: string
  dialled: string | null
  leaves: string | null
  takes: string | null
  withdrawn_at: string | null
  withdrawn_by: string | null
}

export interface Duty {
  now: Stretch | null
  days: Day[]
  people: Record<string, string>
  lines: string[]
  changes: Change[]
  warnings: string[]
  mistakes: string[]
  file: string
}

export interface NewChange {
  kind: ChangeKind
  start: string | null
  end: string
  reason: string
  dialled: string | null
  leaves: string | null
  takes: string | null
}

export interface PlanText {
  file: string
  text: string
  version: string
}

export interface PlanCheck {
  mistakes: string[]
  warnings: string[]
  days: Day[]
}

export const planText = () => getJson<PlanText>('/api/duty/plan')
export const checkPlan = (text: string) => sendJson<PlanCheck>('POST', '/api/duty/plan/check', { text })
export const writePlan = (text: string, version: string) => sendJson<PlanText>('PUT', '/api/duty/plan', { text, version })
export const week = (line: string) => getJson<Duty>('/api/duty', { line })
export const whereAt = (at: string, line: string) => getJson<Stretch>('/api/duty/at', { at, line })
export const makeChange = (change: NewChange) => sendJson<Change>('POST', '/api/duty/changes', change)
export const withdraw = (id: string) => sendJson<Change>('POST', `/api/duty/changes/${encodeURIComponent(id)}/withdraw`)

export function clock(iso: string): string {
  return iso.slice(11, 16)
}

export function names(one: Stretch): string {
  return one.people.map(([name]) => name).join('、')
}

const WORDS = {
  now: ['现在', 'Now'],
  week: ['七天安排', 'Seven days'],
  plan: ['值班计划', 'Duty plan'],
  planHelp: [
    '上班时间、节假日、人员和手机、轮值都在这里。先检查，看七天的安排，再发布；换下的计划留在 {file}.before。',
    'Office hours, holidays, people and their mobiles, shifts. Check first and look at the seven days, then publish; the plan before is kept as {file}.before.',
  ],
  planEdit: ['修改值班计划', 'Edit the plan'],
  planText: ['值班计划正文', 'Text of the plan'],
  planCheck: ['检查', 'Check'],
  planPublish: ['发布', 'Publish'],
  planClose: ['不改了', 'Leave as it is'],
  planGood: ['没有错误。发布后七天的安排：', 'No mistakes. The seven days once it is published:'],
  planMistakes: ['{n} 处错误，不能发布：', '{n} mistakes, it cannot be published:'],
  planPublished: ['已发布，现在起按新的计划。', 'Published: it is in force now.'],
  ask: ['那时来电去哪里？', 'Where does a call go then?'],
  askIt: ['看一看', 'Ask'],
  moment: ['时间', 'Moment'],
  line: ['线路', 'Line'],
  everyLine: ['全部线路', 'All lines'],
  otherLines: ['其他线路', 'Other lines'],
  changes: ['人工设定与换班', 'Changes by hand'],
  noChanges: ['没有人工设定，按值班计划。', 'None: the plan alone decides.'],
  change: ['新的设定', 'New change'],
  kind_closed: ['今天休息', 'Closed'],
  kind_open: ['照常上班', 'Open'],
  kind_forward: ['立即转值班', 'Forward now'],
  kind_swap: ['换班', 'Swap'],
  from: ['开始（空为现在）', 'From (empty: now)'],
  until: ['结束', 'Until'],
  reason: ['原因', 'Reason'],
  leaves: ['不值班的人', 'Leaves'],
  takes: ['替班的人', 'Takes over'],
  set: ['生效', 'Set'],
  withdraw: ['撤销', 'Withdraw'],
  withdrawn: ['已由 {by} 撤销', 'Withdrawn by {by}'],
  ended: ['已结束', 'Ended'],
  inForce: ['生效中', 'In force'],
  toCome: ['未开始', 'To come'],
  standsIn: ['{takes}替{leaves}', '{takes} for {leaves}'],
  to: ['到', 'until'],
  rings: ['响铃 {n} 秒', 'rings {n} s'],
  queue: ['坐席接听', 'Agents'],
  duty: ['值班手机', 'Duty mobile'],
  message: ['只能留言', 'Message only'],
  unconfirmed: ['放假安排未公布', 'Holidays not announced'],
} as const

export function dt(word: keyof typeof WORDS, values: Record<string, string | number> = {}): string {
  return told(WORDS[word], values)
}
