#!/usr/bin/env bash
# LocalStack runs this when it is ready.
awslocal s3 mb s3://ingester
