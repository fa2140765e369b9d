#!/bin/sh
# Makes the sentences callers and duty staff hear, without a network: espeak-ng speaks, sox brings it to 8 kHz mono 16 bit.
# Better: record the same sentences with a person's voice under the same names.
set -eu
cd "$(dirname "$0")/hotline"

say() {
    espeak-ng -v cmn -s 210 -p 45 --stdout "$2" | sox -q -t wav - -r 8000 -c 1 -b 16 "$1.wav" norm -6 silence 1 0.05 0.5% reverse silence 1 0.05 0.5% reverse pad 0.2 0.3
}

say transferring "您好,正在为您转接值班人员,请稍候。"
say next-person "正在为您转接下一位值班人员。"
say press-one "热线来电,接听请按一。"
say leave-message "抱歉,值班人员暂时无法接听。请在嘀声后留下姓名和电话,我们会尽快回电。"
say goodbye "留言已收到,再见。"
say attendant "您好,这里是自动台。您的来电已报告现场主管,请挂机,再见。"
