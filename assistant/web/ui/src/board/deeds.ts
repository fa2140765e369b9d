// What people did, as the audit keeps it, in words. A test holds the list against the program's own deeds.
import { told } from '../i18n'

export const DEEDS: Record<string, [zh: string, en: string]> = {
  login: ['登录', 'Signed in'],
  login_failed: ['登录失败', 'Sign-in failed'],
  logout: ['退出', 'Signed out'],
  session_ended: ['结束登录', 'Ended a session'],
  password: ['改密码', 'Changed a password'],
  user_added: ['添加账号', 'Added an account'],
  user_changed: ['修改账号', 'Changed an account'],
  user_active: ['启用或停用账号', 'Switched an account on or off'],
  listen: ['监听', 'Listened'],
  whisper: ['耳语', 'Whispered'],
  barge: ['强插', 'Stepped in'],
  take_over: ['接管', 'Took over'],
  tell_agent: ['给坐席留言', 'Sent a message to an agent'],
  pick_up: ['代接', 'Picked up'],
  hang_up: ['挂机', 'Hung up'],
  attendant: ['转自动台', 'Sent to the attendant'],
  transfer: ['转接', 'Transferred'],
  complete_transfer: ['完成转接', 'Completed a transfer'],
  escalate: ['上报', 'Escalated'],
  escalation_acknowledge: ['接手上报', 'Took an escalation up'],
  escalation_assign: ['分派上报', 'Assigned an escalation'],
  escalation_close: ['办结上报', 'Closed an escalation'],
  sheet_edited: ['填记录单', 'Filled a sheet in'],
  call_written_in: ['补录来电', 'Wrote a call in'],
  promised: ['承诺回复', 'Promised an answer'],
  task_done: ['完成待办', 'Did a task'],
  message_heard: ['听留言', 'Heard a message'],
  recording_heard: ['听录音', 'Heard a recording'],
  calls_exported: ['导出通话', 'Exported calls'],
  audit_exported: ['导出审计', 'Exported the audit'],
  document_saved: ['修改规则表', 'Changed a table of rules'],
  pack_published: ['发布话术', 'Published scripts'],
  pack_rolled_back: ['退回话术', 'Rolled scripts back'],
  duty_plan: ['修改值班计划', 'Changed the duty plan'],
  duty_closed: ['临时休息', 'Closed for a time'],
  duty_open: ['临时上班', 'Opened for a time'],
  duty_forward: ['临时转接', 'Forwarded for a time'],
  duty_swap: ['换班', 'Swapped duty'],
  duty_withdrawn: ['撤销值班变更', 'Withdrew a change of duty'],
  test_line: ['要求测拨', 'Asked for a test call'],
  line_tested: ['测拨结果', 'Result of a test call'],
  outbound_refused: ['拦下 400 外呼', 'Refused a call out on the 400 line'],
  outbound_hung_up: ['挂断 400 外呼', 'Ended a call out on the 400 line'],
  purged: ['清理旧记录', 'Deleted old records'],
}

/** What this version does not know stays as it is kept. */
export function deed(what: string): string {
  const words = DEEDS[what]
  return words === undefined ? what : told(words)
}
