using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Output;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Integration.Tests.Storage;

/// <summary>Replicas that write to one bucket.</summary>
public sealed class S3WriterTests(MotoServer moto)
{
    [Fact]
    public async Task Two_replicas_store_each_segment_once_and_a_forged_object_survives()
    {
        using var store = new S3Store(
            new() { Bucket = await moto.NewBucketAsync(), Region = "us-east-1", ServiceUrl = moto.Url, ForcePathStyle = true }, TimeProvider.System);
        var forgedKey = ObjectKey.Segment("md", SegmentKey.Of(Segment(0), new string('0', 64)));
        using var forged = SegmentSample.Rows("forged");
        await store.PutAsync(forgedKey, forged, ObjectMetadata.None, CancellationToken.None);

        await using var a = new WriterRig(store, TimeProvider.System, "a");
        await using var b = new WriterRig(store, TimeProvider.System, "b");
        foreach (var rig in new[] { a, b }) // one after the other: the emulator looks for the key and writes it in two steps, where S3 does both in one
        {
            for (var number = 0; number < 40; number++)
                Assert.True(rig.Writer.TryAdd(Segment(number)));
            await rig.CompleteAsync();
        }

        var outcome = (string name) => a.Meter.SegmentsStored.TotalOf(name) + b.Meter.SegmentsStored.TotalOf(name);
        Assert.Equal((39, 39, 2), (outcome("stored"), outcome("duplicate"), outcome("divergent")));
        var keys = await store.ListAsync("", CancellationToken.None).Select(listed => listed.Key).ToListAsync();
        Assert.Equal(41, keys.Count);
        Assert.Single(keys, key => key.StartsWith("md/divergent/", StringComparison.Ordinal));
        using var standing = new StreamReader((await store.GetAsync(forgedKey, CancellationToken.None))!);
        Assert.Equal("forged", await standing.ReadToEndAsync());
    }

    private static SealedSegment Segment(int number) =>
        SegmentSample.Segment(new(Dataset.Trades, "binance", $"M{number}-USD"));
}
