-- By which known ways the holder of a policy, of which reach says what it allows, can get
-- all rights of the account: each way needs all of its actions. Actions that only reach
-- what some machine or function may do by itself (ssm:SendCommand, sts:AssumeRole) are
-- none, because half of all policies have them.
CREATE TEMP MACRO policy_escalations(reach) AS
  list_transform(
    list_filter(
      [
        ['iam:createpolicyversion'],
        ['iam:setdefaultpolicyversion'],
        ['iam:createaccesskey'],
        ['iam:createloginprofile'],
        ['iam:updateloginprofile'],
        ['iam:attachuserpolicy'],
        ['iam:attachgrouppolicy'],
        ['iam:attachrolepolicy'],
        ['iam:putuserpolicy'],
        ['iam:putgrouppolicy'],
        ['iam:putrolepolicy'],
        ['iam:addusertogroup'],
        ['iam:updateassumerolepolicy', 'sts:assumerole'],
        ['iam:deleteuserpermissionsboundary'],
        ['iam:deleterolepermissionsboundary'],
        ['sso:attachmanagedpolicytopermissionset', 'sso:createaccountassignment'],
        ['sso:putinlinepolicytopermissionset', 'sso:createaccountassignment'],
        ['lambda:updatefunctioncode'],
        ['glue:updatedevendpoint'],
        ['sagemaker:createpresignednotebookinstanceurl'],
        ['iam:passrole', 'ec2:runinstances'],
        ['iam:passrole', 'lambda:createfunction', 'lambda:invokefunction'],
        ['iam:passrole', 'lambda:createfunction', 'lambda:createeventsourcemapping'],
        ['iam:passrole', 'lambda:createfunction', 'lambda:addpermission'],
        ['iam:passrole', 'lambda:createfunction', 'lambda:createfunctionurlconfig'],
        ['iam:passrole', 'cloudformation:createstack'],
        ['iam:passrole', 'glue:createdevendpoint'],
        ['iam:passrole', 'glue:createjob', 'glue:startjobrun'],
        ['iam:passrole', 'codebuild:createproject', 'codebuild:startbuild'],
        ['iam:passrole', 'ecs:registertaskdefinition', 'ecs:runtask'],
        ['iam:passrole', 'sagemaker:createnotebookinstance'],
        ['iam:passrole', 'sagemaker:createtrainingjob'],
        ['iam:passrole', 'sagemaker:createprocessingjob'],
        ['iam:passrole', 'datapipeline:createpipeline', 'datapipeline:putpipelinedefinition'],
        ['iam:passrole', 'states:createstatemachine', 'states:startexecution'],
        ['iam:passrole', 'ssm:startautomationexecution'],
        ['iam:passrole', 'elasticmapreduce:runjobflow'],
        ['iam:passrole', 'apprunner:createservice'],
        ['iam:passrole', 'autoscaling:createlaunchconfiguration', 'autoscaling:createautoscalinggroup']
      ],
      lambda way: len(list_filter(
        way,
        lambda action: len(list_filter(reach.denies, lambda pattern: action GLOB pattern)) > 0
          OR len(list_filter(
            reach.allows
              || CASE WHEN contains(action, 'role') THEN reach.of_roles ELSE [] END
              || CASE WHEN regexp_matches(action, 'userp|accesskey|loginprofile') THEN reach.of_users ELSE [] END
              || CASE WHEN contains(action, 'policyversion') THEN reach.of_policies ELSE [] END,
            lambda pattern: action GLOB pattern
          )) = 0
          AND len(list_filter(reach.all_but, lambda patterns: len(list_filter(patterns, lambda pattern: action GLOB pattern)) = 0)) = 0
      )) = 0
    ),
    lambda way: array_to_string(way, ' + ')
  )
