using System.Text;
using Ingester.Core.Keys;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Sequencing;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Simulator.Truth;
using Ingester.Storage.Compression;
using Ingester.Storage.Stores;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Program.Demo;

/// <summary>The check that a demonstration trusts finds whatever is wrong.</summary>
public sealed class StoreCheckTests
{
    private static readonly StreamId Stream = new(Dataset.Trades, "binance", "BTC-USDT");
    private static readonly Window First = new(1_761_350_400_000_000, 1);
    private static readonly Window Second = new(First.EndMicros, 1);

    private static readonly TruthRow[] Truth =
    [
        Row(1, First.StartMicros + 1), Row(2, First.StartMicros + 2), Row(3, Second.StartMicros), Row(4, Second.StartMicros + 1, sent: false),
        Row(5, Second.StartMicros + 2),
    ];

    private readonly MemoryStore store = new();

    [Fact]
    public async Task Store_with_all_sent_events_passes_the_check()
    {
        await PutAsync(First, 0, 2, whole: true, Truth[0], Truth[1]);
        await PutAsync(Second, 2, 3, whole: false, Truth[2]);
        await PutAsync(Second, 4, 5, whole: false, Truth[4]);
        await PutAsync(Second, 2, 5, whole: false, Truth[2], Truth[4]);
        Assert.Empty((await CheckAsync()).Errors);
    }

    [Fact]
    public async Task Missing_row_is_found()
    {
        await PutAsync(First, 0, 2, whole: true, Truth[0], Truth[1]);
        await PutAsync(Second, 2, 3, whole: false, Truth[2]);
        Assert.Contains("1 rows are not in the store", Assert.Single((await CheckAsync()).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_that_was_never_sent_is_found()
    {
        await PutAsync(First, 0, 2, whole: true, Truth[0], Truth[1]);
        await PutAsync(Second, 2, 5, whole: false, Truth[2], Truth[3], Truth[4]);
        Assert.Contains("never sent", Assert.Single((await CheckAsync()).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whole_object_that_lacks_a_row_is_found()
    {
        await PutAsync(First, 0, 1, whole: true, Truth[0]);
        await PutAsync(First, 1, 2, whole: false, Truth[1]);
        await PutAsync(Second, 2, 5, whole: false, Truth[2], Truth[4]);
        Assert.Contains("holds 1 rows", Assert.Single((await CheckAsync()).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Second_whole_object_of_a_window_is_found()
    {
        await PutAsync(First, 0, 2, whole: true, Truth[0], Truth[1]);
        await PutAsync(First, 0, 3, whole: true, Truth[0], Truth[1]);
        await PutAsync(Second, 2, 5, whole: false, Truth[2], Truth[4]);
        Assert.Contains((await CheckAsync()).Errors, fault => fault.Contains("has 2 whole objects", StringComparison.Ordinal));
    }

    private static TruthRow Row(long id, long micros, bool sent = true) => new(micros, id - 1, id, sent, $$"""{"id":"{{id}}","ts":{{micros}}}""");

    private async Task<StreamCheckResult> CheckAsync() =>
        await (await StoreCheck.ListAsync(store, "", CancellationToken.None)).CheckStreamAsync(Stream, Truth, CancellationToken.None);

    private async Task PutAsync(Window window, long after, long upTo, bool whole, params TruthRow[] rows)
    {
        using var text = new RowBuffer();
        System.Buffers.BuffersExtensions.Write(text, Encoding.UTF8.GetBytes(string.Concat(rows.Select(row => row.Row + "\n"))));
        using var body = RowCompression.Compress(text, 3);
        var key = ObjectKey.Segment("", new SegmentKey(Stream, window, new SequenceRange(after, upTo), whole));
        Assert.Equal(PutOutcome.Stored, await store.PutAsync(key, body, ObjectMetadata.None, CancellationToken.None));
    }
}
