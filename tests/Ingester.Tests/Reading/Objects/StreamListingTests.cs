using System.Runtime.CompilerServices;
using Ingester.Core.Memory;
using Ingester.Core.Time;
using Ingester.Reading.Objects;
using Ingester.Storage.Stores;
using Ingester.Testing;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Reading.Objects;

/// <summary>A listing that breaks off goes on from the last key.</summary>
public sealed class StreamListingTests
{
    private const int Windows = 20;

    private readonly ManualClock clock = new();
    private readonly MemoryStore store = new();

    public StreamListingTests()
    {
        for (var minute = 0; minute < Windows; minute++)
            store.Forge(Key(minute), [1], ObjectMetadata.None);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Every_segment_is_listed_once_although_the_store_fails_in_between(int pageLength)
    {
        var listing = ListAsync(new BreakingStore(store, pageLength, permanent: false) { Failures = 2 });
        while (!listing.IsCompleted)
            await clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(Enumerable.Range(0, Windows).Select(Key), await listing);
    }

    [Fact]
    public async Task Store_that_keeps_failing_is_reported()
    {
        var listing = ListAsync(new BreakingStore(store, 3, permanent: false) { Failures = int.MaxValue });
        while (!listing.IsCompleted)
            await clock.AdvanceAsync(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<StoreException>(() => listing);
    }

    [Fact]
    public async Task Permanent_error_is_reported_without_a_retry()
    {
        var listing = ListAsync(new BreakingStore(store, 3, permanent: true) { Failures = 1 });
        await Assert.ThrowsAsync<StoreException>(() => listing.WaitAsync(ManualClock.Patience)); // the clock stands still
    }

    private static string Key(int minute) => $"trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=25/00{minute:00}-1m_{minute}_{minute + 1}.json.gz";

    private async Task<List<string>> ListAsync(IObjectStore from)
    {
        var keys = new List<string>();
        var period = new Period(SegmentSample.Midnight, SegmentSample.Midnight + Windows * Window.MicrosPerMinute);
        await foreach (var entry in new StreamListing(from, "", clock).ListSegmentsAsync(SegmentSample.Trades, period, CancellationToken.None))
            keys.Add(entry.Key);
        return keys;
    }

    /// <summary>A store whose listings break off after some entries, so often.</summary>
    private sealed class BreakingStore(MemoryStore below, int after, bool permanent) : IObjectStore
    {
        public int Failures { get; set; }

        public Task<PutOutcome> PutAsync(string key, RowBuffer body, ObjectMetadata metadata, CancellationToken cancellation) => below.PutAsync(key, body, metadata, cancellation);

        public Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellation) => below.HeadAsync(key, cancellation);

        public Task<Stream?> GetAsync(string key, CancellationToken cancellation) => below.GetAsync(key, cancellation);

        public async IAsyncEnumerable<ListedObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation)
        {
            var count = 0;
            await foreach (var found in below.ListAsync(prefix, cancellation))
            {
                if (count++ == after && Failures-- > 0)
                    throw new StoreException("The listing broke off.", permanent);
                yield return found;
            }
        }
    }
}
