namespace Ingester.Integration.Tests.Chaos;

/// <summary>
/// Two replicas, simulated exchanges and an S3 emulator under a seeded schedule of faults; a few strikes here, as many as INGESTER_CHAOS_STRIKES says in
/// the long form (docs/reliability.md), with the seed of INGESTER_CHAOS_SEED.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class ChaosTests(MotoServer moto, ITestOutputHelper output)
{
    private const int ShortSeed = 20261120;
    private const int ShortStrikes = 4;

    [Fact]
    public async Task Every_received_event_is_stored_after_every_fault()
    {
        using var run = new ChaosRun(new()
        {
            Seed = Setting("INGESTER_CHAOS_SEED") ?? ShortSeed,
            Strikes = Setting("INGESTER_CHAOS_STRIKES") ?? ShortStrikes,
            Store = moto.Url,
            Bucket = await moto.NewBucketAsync(),
            Say = output.WriteLine,
        });
        Assert.Empty(await run.RunAsync(TestContext.Current.CancellationToken));
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), out var number) ? number : null;
}
