namespace Ingester.Storage.Aws;

/// <summary>A service of AWS that has no package of its own here, and how its client behaves.</summary>
internal sealed record AwsService
{
    /// <summary>The name in host names and signatures, such as <c>monitoring</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The SDK's id of the service, such as <c>CloudWatch</c>: <c>AWS_ENDPOINT_URL_CLOUDWATCH</c> is the variable of its address.</summary>
    public required string Id { get; init; }

    /// <summary>The version of its API, a date.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The region. Default: the one that the SDK finds (<c>AWS_REGION</c>, profile).</summary>
    public string? Region { get; init; }

    /// <summary>The address of an emulator. Default: AWS, or the address in the environment.</summary>
    public Uri? Url { get; init; }

    /// <summary>Retries by the SDK of one request; 0 where the caller retries.</summary>
    public required int MaxRetries { get; init; }

    /// <summary>Time limit of one request.</summary>
    public required TimeSpan Timeout { get; init; }
}
