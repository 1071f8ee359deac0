using System.Text.RegularExpressions;
using Amazon.S3;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Images;
using DotNet.Testcontainers.Networks;
using Ingester.Storage.Stores;
using Testcontainers.LocalStack;

[assembly: AssemblyFixture(typeof(Ingester.Integration.Tests.Containers.ContainerEngine))]

namespace Ingester.Integration.Tests.Containers;

/// <summary>
/// The container engine of this machine with what <c>docker-compose.yml</c> names: LocalStack and the recorder's image, each made for the first test that asks for it. Where
/// there is no engine, those tests are skipped and say so.
/// </summary>
public sealed partial class ContainerEngine : IAsyncLifetime
{
    /// <summary>How long a container may take to stop, as <c>docker-compose.yml</c> says.</summary>
    private static readonly TimeSpan StopGracePeriod = TimeSpan.FromSeconds(60);

    private readonly Lazy<Task<LocalStackContainer>> localStack;
    private readonly Lazy<Task<IFutureDockerImage>> image;
    private INetwork? network;
    private string absent = "";
    private int buckets;

    public ContainerEngine() => (localStack, image) = (new(StartLocalStackAsync), new(BuildImageAsync));

    /// <summary>The folder with the solution.</summary>
    public static string Repository { get; } = CommonDirectoryPath.GetSolutionDirectory().DirectoryPath;

    /// <summary>The network in which containers find each other by the names of <c>docker-compose.yml</c>; asking for it skips the test where there is no engine.</summary>
    public INetwork Network
    {
        get
        {
            Assert.SkipUnless(network is not null, $"There is no container engine that can be used: {absent}");
            return network;
        }
    }

    /// <summary>A bucket in LocalStack that no other test has.</summary>
    internal async Task<S3StoreOptions> NewBucketAsync()
    {
        var options = await StoreAsync($"test-{Interlocked.Increment(ref buckets)}");
        using var client = new AmazonS3Client(new AmazonS3Config { ServiceURL = options.ServiceUrl!.ToString(), ForcePathStyle = true });
        await client.PutBucketAsync(options.Bucket);
        return options;
    }

    /// <summary>A bucket in LocalStack, as this process reaches it.</summary>
    internal async Task<S3StoreOptions> StoreAsync(string bucket)
    {
        _ = Network;
        return new() { Bucket = bucket, Region = "us-east-1", ServiceUrl = new((await localStack.Value).GetConnectionString()), ForcePathStyle = true };
    }

    /// <summary>Builds the recorder's image. Whoever takes a moment for a fast clock waits for it first.</summary>
    internal Task BuildRecorderAsync()
    {
        _ = Network;
        return image.Value;
    }

    /// <summary>A container of the recorder's image, built from this source, that runs as <c>docker-compose.yml</c> runs it: read-only, without capabilities, with its time to stop.</summary>
    internal async Task<ContainerBuilder> RecorderAsync(string name, params string[] command)
    {
        _ = Network;
        return new ContainerBuilder(await image.Value).WithNetwork(Network).WithNetworkAliases(name).WithHostname(name).WithCommand(command).WithTmpfsMount("/tmp")
            .WithCreateParameterModifier(static container =>
            {
                container.StopTimeout = StopGracePeriod;
                container.HostConfig!.ReadonlyRootfs = true;
                container.HostConfig.CapDrop = ["ALL"];
                container.HostConfig.SecurityOpt = ["no-new-privileges:true"];
            });
    }

    public async ValueTask InitializeAsync()
    {
        MotoServer.SetCredentials();
        TestcontainersSettings.ResourceReaperEnabled = false; // it is a container from a registry, which not every machine reaches
        try
        {
            var created = new NetworkBuilder().Build();
            await created.CreateAsync();
            network = created;
        }
        catch (Exception missing)
        {
            absent = missing.Message; // whatever keeps the engine from being used, the tests that need it say it
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (localStack.IsValueCreated)
            await (await localStack.Value).DisposeAsync();
        if (image.IsValueCreated)
            await (await image.Value).DisposeAsync();
        if (network is not null)
            await network.DisposeAsync();
    }

    private async Task<LocalStackContainer> StartLocalStackAsync()
    {
        var name = LocalStackImage().Match(await File.ReadAllTextAsync(Path.Combine(Repository, "docker-compose.yml"))).Groups["name"].Value;
        var container = new LocalStackBuilder(name).WithNetwork(network!).WithNetworkAliases("localstack")
            .WithBindMount(Path.Combine(Repository, "deploy/localstack"), "/etc/localstack/init/ready.d", AccessMode.ReadOnly).Build();
        await container.StartAsync();
        return container;
    }

    private static async Task<IFutureDockerImage> BuildImageAsync()
    {
        var image = new ImageFromDockerfileBuilder().WithDockerfileDirectory(Repository).Build();
        await image.CreateAsync();
        return image;
    }

    [GeneratedRegex(@"image: (?<name>localstack/\S+)", RegexOptions.None, 1_000)]
    private static partial Regex LocalStackImage();
}
