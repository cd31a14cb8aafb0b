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
    if when then this that it
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
    manager switch interface count please does did will can may
    mysql mariadb postgres postgresql oracle redis mongodb elasticsearch kafka zookeeper rabbitmq nginx apache
    tomcat httpd www-data daemon sshd systemd dbus polkitd chrony hadoop hdfs yarn mapred hive hbase spark flink
    jenkins docker kubelet
    """.split()
)

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
    """.encode().split()
)

# Those of them (two letters, six bytes) that no name begins with.
BEGIN_NO_NAME = frozenset(
    """
    高级 任务 任意 温度 方式 方法 方案 金额 金币 金融 时间 时长 时区 明细 程序 常用 常规 安全 安装 安卓
    单位 单价 单号 单元 全部 全局 平台 应用 应答 项目 通知 通用 通道 管理 路径 路由 车辆 车牌 车型 双方
    游戏 游客 计算 计划 计费 文件 文档 文本 申请 申诉 支付 支持 周期 部门 房间 解析 包裹 关闭 关联 关键
    关系 连接 连续 商品 商家 商户 商城 元素 终端 利率 充值 空间 空白 广告 步骤 操作 相册 相机 查询 查看
    查找 后台 后端 储存 余额 列表 信息 名称 强制 何时 万元 经营 别名
    """.encode().split()
)

# What stands behind the name of a place, from the province down to the room.
PLACE_MARKS = tuple(
    """
    省 市 区 县 镇 乡 村 路 街 道 巷 号 弄 楼 栋 幢 室 苑 园 大厦 广场 小区 州 旗 盟 屯 里 庄 湾 组
    """.encode().split()
)

# What the name of an organisation ends in.
ORGANISATION_MARKS = tuple(
    """
    公司 集团 工厂 大学 学院 学校 中学 小学 幼儿园 医院 诊所 银行 支行 分行 事务所 研究院 研究所 委员会
    协会 基金会 中心 合作社 商行 商店 经营部 工作室 门店 超市 酒店 饭店 药房 部 局 厅 所 院 社 厂 店
    Ltd Inc Co. LLC GmbH Corp
    """.encode().split()
)

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
