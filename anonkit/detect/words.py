"""Which words are no values? Words that stand where a name, an account or a password could, and are none."""

from __future__ import annotations

# What programs and people say behind "password:".
NOT_PASSWORDS = frozenset(
    b"""
    required invalid incorrect expired changed reset wrong ok yes no success failed failure error empty
    missing mismatch disabled enabled auth authentication for from the and with not set was is has are
    must should can cannot login user username string str text field type value input prompt hash
    hashed encrypted encoder encoding check checked correct verified strength policy length please
    enter your old new none option options file stdin parameter flag argument to as via or by in on at
    if when then this that it enc password passwd pwd passphrase newpassword oldpassword confirmpassword
    new_password old_password confirm_password userpassword user_password rawpassword encodedpassword
    """.split()
)

# What programs say behind "user:" and "account:".
NOT_HANDLES = frozenset(
    b"""
    unknown anonymous guest nobody user users system default test-user id ids type types info name
    names list role roles group groups service services agent agents data error failed failure success
    login logout session the this that for from with not is was has and or to by in on of at no yes all
    any new old invalid valid missing required string int integer long object number null nil n/a
    select insert update delete where password token key value input output request response admin-api
    api app client server device space mode permissions permission settings profile account accounts
    manager switch interface count please does did will can may already just never currently successfully auto
    varchar char text bigint tinyint datetime
    eq ne gt lt ge le gte lte equals like contains between exists plus minus public private protected static final
    mysql mariadb postgres postgresql oracle redis mongodb elasticsearch kafka zookeeper rabbitmq nginx apache
    tomcat httpd www-data daemon sshd systemd dbus polkitd chrony hadoop hdfs yarn mapred hive hbase spark flink
    jenkins docker kubelet
    str bool boolean float double decimal bytes uuid optional username user_name userid user_id loginname login_name
    loginid login_id accountname account_name accountid account_id nickname nick_name realname real_name ownerid
    owner_id memberid member_id customerid customer_id
    """.split()
)

# What stands in place of a nickname.
NOT_NICKNAMES = frozenset("未设置 未知 匿名 匿名用户 游客 无 暂无 空 默认 系统 管理员 已注销 不能为空".encode().split())

# Words that begin with a family name; a value that is one of them is no name.
NOT_NAMES = frozenset(
    """
    高级 高清 高度 高温 高效 高等 高中 高考 高级版 任务 任意 任何 温度 温馨 温暖 方向 方式 方法 方案
    方便 马上 马路 张贴 张力 江湖 江苏 江西 江南 金额 金币 金融 金牌 金卡 金属 白色 白银 白名单 黄色
    黄金 黑色 红色 红包 蓝色 蓝牙 石油 石头 石材 水平 水电 水果 时间 时长 时区 明细 明天 明确 明文 成功
    成员 成都 成绩 成交 程序 程度 程序员 常用 常规 常见 安全 安装 安排 安徽 安卓 华为 华东 华南 华北
    华中 单位 单价 单号 单元 单独 单一 和平 和谐 平台 平均 平安 全部 全国 全局 向上 向下 向导 应用 应答
    应收 应急 于是 经理 经营 经度 经典 经销商 项目 项目组 项链 通知 通用 通过 通道 管理 管理员 管道
    路径 路由 路线 路口 路灯 车辆 车牌 车型 车主 严重 严格 双方 双向 万元 万能 万一 党员 游戏 游客 游泳
    游览 计算 计划 计算机 计费 计数 文件 文档 文本 文章 文化 文件夹 申请 申请人 申诉 申报 支付 支持
    支出 支行 别名 别人 毛利 毛重 史料 何时 何处 周期 周一 周二 周三 周四 周五 周六 周日 周末 强制 强烈
    强度 施工 孔径 部门 段落 雷达 房间 房屋 房产 房东 房贷 解析 解决 解锁 解释 易用 武汉 武器 包裹 包含
    包装 包月 包头 左侧 左右 左边 右侧 吉林 吉利 吉祥 宁波 宁夏 关闭 关联 关键 关系 关注 连接 连续 习惯
    童装 童年 景区 景点 龙头 贺卡 顾客 商品 商家 商户 商城 商店 商务 商标 牛奶 牛肉 洪水 那么 那些 元素
    元旦 边界 边框 终端 终止 农业 农村 农历 从业 满意 满减 都市 利率 利润 充值 充电 空间 空白 空调 干部
    干净 师傅 广东 广西 广州 广告 有效 有限 步骤 步数 操作 相关 相册 相机 查询 查看 查找 后台 后端 后续
    盖章 家庭 封面 封装 储存 储值 密文 纬度 海淀区 海南 海口 朝阳 朝阳区 钟点 阳光 阳台 余额 余量 米饭
    贝壳 宋体 熊猫 纪念 纪录 舒适 屈服 祝福 董事 董事长 杜绝 蓝图 席位 季度 季节 麻烦 危险 危机 颜色
    盛大 林业 林区 徐州 夏天 夏季 田径 胡同 凌晨 莫非 宗旨 宗教 宣传 宣布 杭州 列表 信息 名称
    公里 公园 公寓 公告 公式 公开 公主 公众 农民 农场 包机 包邮 平板 平方 平米 平安险 广场 成人 成本 成分 成果
    文学 文物 文创 文艺 时代 时报 时尚 时钟 时装 明星 明信片 景观 景泰蓝 权重 梅花 桂花 桂林 梅州 水杯 沙漠 沙滩
    江东 池塘 海外 海岸 海鲜 海报 海信 海尔 温泉 温柔 牛排 牛角 白天 白领 皮带 石墨 石刻 祝贺 童话 章节 简介
    简历 简单 羊毛 花生 花园 花卉 苏打 苏州 苏宁 荣耀 莫兰迪 蓝莓 蓝光 衣柜 衣架 豆浆 豆瓣 谷物 谷歌 贺年片
    车厢 车票 车险 车身 连衣裙 连锁店 金条 金店 金卡会员 银联 银卡 银牌 阳台柜 阴影 雷神 韩国 韩式 顾家 高中生
    高端 高原 高校 高层 高手 鲁班 鲜奶 鲜花 麦片 麦当劳 麻将 麻布 黄山 黄河 黄色 黄酒 龙井 龙虾 司机 居民 全体
    乐园 乐器 乐高 卓越 印度 印章 容量 容器 宾馆 官方 官网 家具 封口 展览 展示 干果 师傅 幸运 幸运星 强光 康佳
    白马寺 金龙鱼 普通 普通用户 普通会员 康师傅 应届生 应聘者 弹簧 戴尔 支票 支架 方便面 方向盘 易碎品 景德镇 易拉宝
    """.encode().split()
)

# Those of them (two letters, six bytes) that no name begins with.
BEGIN_NO_NAME = frozenset(
    """
    高级 任务 任意 温度 方式 方法 方案 金额 金币 金融 时间 时长 时区 明细 程序 常用 常规 安全 安装 安卓
    单位 单价 单号 单元 全部 全局 平台 应用 应答 项目 通知 通用 通道 管理 路径 路由 车辆 车牌 车型 双方
    游戏 游客 计算 计划 计费 文件 文档 文本 申请 申诉 支付 支持 周期 部门 房间 解析 包裹 关闭 关联 关键
    关系 连接 连续 商品 商家 商户 商城 元素 终端 利率 充值 空间 空白 广告 步骤 操作 相册 相机 查询 查看
    查找 后台 后端 储存 余额 列表 信息 名称 强制 何时 万元 经营 别名 银行 信用 信号 公司 公安 公告 公共 公众
    国际 国家 门店 门诊 门禁 门票 门锁 区域 区块 权限 权益 车站 车间 车险 沙发 豆腐 牛肉 牛奶 牛仔 羊肉 羊毛
    皮鞋 皮肤 毛巾 毛衣 衣服 连衣 连锁 纪念 童装 童鞋 单车 单人 双人 双肩 双卡 时钟 官方 官网 房产 房源 印刷
    海鲜 海报 鲜花 鲜奶 米粉 麦片 麻辣 花生 石膏 白酒 白菜 黄瓜 黄油 高血 高速 高压 高铁 高清 温控 温湿 温水 方便
    方向 应急 应收 应付 解码 解绑 练习 储物 储蓄 储值 封面 利息 支架 支票 支行 修理 修改 相框 初级 原价 原料 原图
    容量 容器 宣传 党员 党委 党支 文具 文案 卫生 卫浴 农产 农药 全自 全屋 全国 全场 全体 陶瓷 游泳 管家 展览 展示
    平板 平均 平方 荣耀 苏打 金卡 银卡 金牌 银牌 师傅 居民 司机 安徽 江苏 江西 广东 广西 海南 云南 吉林 宁夏 甘肃
    普通 武汉 广州 苏州 郑州 杭州 徐州 宁波 成都 马上 门卫 门房 门岗 宿管
    """.encode().split()
)

# What stands behind the name of a place, from the province down to the room.
PLACE_MARKS = tuple(
    """
    省 市 区 县 镇 乡 村 路 街 道 巷 号 弄 楼 栋 幢 室 苑 园 大厦 广场 小区 州 旗 盟 屯 里 庄 湾 组
    """.encode().split()
)

# What stands behind the number of a house, of what it belongs to, or of a part of it; the longer before its beginning.
HOUSE_UNITS = "号楼 号院 单元 号 栋 幢 楼 室 层 座 村 组 社 队 弄 户 铺 期 区 门".split()

# What the name of an organisation ends in.
ORGANISATION_MARKS = tuple(
    """
    公司 集团 工厂 大学 学院 学校 中学 小学 幼儿园 医院 诊所 银行 支行 分行 事务所 研究院 研究所 委员会
    协会 基金会 中心 合作社 商行 商店 经营部 工作室 门店 超市 酒店 饭店 药房 部 局 厅 所 院 社 厂 店
    Ltd Inc Co. LLC GmbH Corp
    """.encode().split()
)

# Last characters of the names of buildings, goods and sums, and of no person's.
NOT_LAST_IN_ANY_NAME = frozenset(c.encode() for c in "寺庙祠县站厂馆局店厅油酒糕饼肉鞋裤裙袜帽柜费券")

# Words of grammar and of reports that are glued to a name and are hardly ever its last character.
NOT_LAST_IN_NAMES = frozenset(
    c.encode()
    for c in "已的在于为是和与及提将被把从向对到来去说请让给等也都就还又再正要会能可需了着过"
    "不未没有无使用登注发通同签收申下取退付购更修改办确认其此该您你我他她"
)

# What shows that a run of Chinese that begins like a name is one of an organisation.
NAME_OF_ORGANISATION = tuple(
    w.encode()
    for w in (
        "公司",
        "有限",
        "集团",
        "部门",
        "中心",
        "医院",
        "学校",
        "大学",
        "银行",
        "商店",
        "工厂",
        "委员会",
        "事务所",
    )
)

# Family names that are words of grammar where they are glued to the name of a field: 姓名和手机号不能为空.
NOT_FIRST_IN_GLUED_NAMES = frozenset(c.encode() for c in "和应包由于与及来门权有方时安全常强后")

# Names of fields that come right behind a name: 联系人张伟手机13812345678.
FIELDS_BEHIND_NAMES = frozenset(
    """
    手机 电话 性别 年龄 身份 证件 住址 地址 邮箱 生日 出生 微信 账号 单位 学号 工号 职务 车牌 卡号 联系 户籍 民族
    男性 女性 男孩 女孩
    """.encode().split()
)

# What says that a mailbox follows.
MAIL_WORDS = tuple("邮箱 邮件 电邮 信箱".encode().split())
