// The few parts of Element Plus the board is made of. Its styles are files of their own, so they load under our policy; whatever
// else is imported from it must bring its style file along here.
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-table.css'
import 'element-plus/theme-chalk/el-table-column.css'
import 'element-plus/theme-chalk/el-checkbox.css'
import 'element-plus/theme-chalk/el-tooltip.css'
import 'element-plus/theme-chalk/el-scrollbar.css'
import 'element-plus/theme-chalk/el-popper.css'
import 'element-plus/theme-chalk/el-input.css'
import 'element-plus/theme-chalk/el-date-picker.css'
import 'element-plus/theme-chalk/el-date-picker-panel.css'
import './library.css'

export { ElDatePicker } from 'element-plus/es/components/date-picker/index.mjs'
export { ElInput } from 'element-plus/es/components/input/index.mjs'
export { ElTable, ElTableColumn } from 'element-plus/es/components/table/index.mjs'
