"""协助管理协议书: the contract between equals that replaced the one-sided letter of responsibility (行政责任书).

A township (or a department through it) and a village or residents' committee agree for one year which listed
tasks the committee assists with, to what standard, for how much; what guidance, payment, training and data the
government owes in return; how both are evaluated and what follows from a breach. Either side may draft, propose,
strike, counter, refuse, suspend and terminate.

In the mission's words: "废止行政责任书，'政社'双方平等协商签订《协助管理协议书》，明确协助管理的项目和要求，明确政府必须
提供的行政指导和财政支付，明确双方的履约评估和违约责任。" Basis: 村民委员会组织法 5, 24, 30(4), 37;
城市居民委员会组织法 2, 20 (2018 texts); 民法典 contract book.
"""
