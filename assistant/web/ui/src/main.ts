import { createApp } from 'vue'
import App from './App.vue'
import { markLanguage } from './i18n'
import './styles/tokens.css'
import './styles/base.css'

markLanguage()
createApp(App).mount('#app')
