"""五事协商: from a resident's word to a finished result that residents have checked, in five steps.

巡访问事 (问, what residents say is registered), 两委提事 (提, the two committees take it on, pass it to whoever is responsible,
or say why it cannot be deliberated), 分层议事 (议, those concerned deliberate as equals at the fitting level), 协同干事
(干, tasks with owner, money and date), 群众监事 (监, residents drawn or volunteering check, the raiser says whether he is
satisfied). What one resident said in his own words stays between him and his committee (:class:`Raising`); what everybody
talks about is the :class:`Matter`. An outcome binds those who agreed to it, unless an assembly adopted it.

Basis: 《关于加强城乡社区协商的意见》(2015); 村民委员会组织法 and 城市居民委员会组织法 as far as assemblies decide; 四议两公开
for villages. Day counts and shares are the county's to set.
"""
