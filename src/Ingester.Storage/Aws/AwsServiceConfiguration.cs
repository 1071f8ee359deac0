using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Endpoint = Amazon.Runtime.Endpoints.Endpoint;

namespace Ingester.Storage.Aws;

/// <summary>The SDK's configuration of a service that has no package.</summary>
internal sealed class AwsServiceConfiguration : ClientConfig, IEndpointProvider
{
    private readonly AwsService service;

    /// <summary>Creates the configuration of a service.</summary>
    public AwsServiceConfiguration(AwsService service)
        : base(new DefaultConfigurationProvider([new DefaultConfiguration { Name = DefaultConfigurationMode.Standard, RetryMode = RequestRetryMode.Standard }]))
    {
        this.service = service;
        ServiceId = service.Id;
        AuthenticationServiceName = service.Name;
        EndpointProvider = this;
        MaxErrorRetry = service.MaxRetries;
        Timeout = service.Timeout;
        if (service.Url is { } url)
        {
            ServiceURL = url.ToString();
            AuthenticationRegion = service.Region;
        }
        else if (service.Region is { } region)
        {
            RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
    }

    /// <inheritdoc/>
    public override string ServiceVersion => service.ApiVersion;

    /// <inheritdoc/>
    public override string UserAgent { get; } = "ingester";

    /// <inheritdoc/>
    public override string RegionEndpointServiceName => service.Name;

    /// <inheritdoc/>
    public Endpoint ResolveEndpoint(EndpointParameters parameters) => new(ServiceURL is { Length: > 0 } url
        ? url
        : $"https://{service.Name}.{RegionEndpoint.SystemName}.{RegionEndpoint.PartitionDnsSuffix}/");

    /// <inheritdoc/>
    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) => ResolveEndpoint(new());
}
