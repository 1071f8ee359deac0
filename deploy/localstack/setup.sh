#!/usr/bin/env bash
# LocalStack runs this when it is ready: the buckets, and for each replica the two alarms that matter most (deploy/terraform has all of them).
awslocal s3 mb s3://ingester
awslocal s3 mb s3://published
for replica in a b; do
  awslocal cloudwatch put-metric-alarm --alarm-name "ingester-$replica-gaps" --namespace Ingester --metric-name ingester.gaps.detected \
    --dimensions "Name=replica,Value=$replica" --statistic Sum --period 60 --evaluation-periods 1 \
    --comparison-operator GreaterThanThreshold --threshold 0 --treat-missing-data notBreaching
  awslocal cloudwatch put-metric-alarm --alarm-name "ingester-$replica-heartbeat" --namespace Ingester --metric-name ingester.replica.heartbeat \
    --dimensions "Name=replica,Value=$replica" --statistic SampleCount --period 60 --evaluation-periods 1 \
    --comparison-operator LessThanThreshold --threshold 1 --treat-missing-data breaching
done
