using Ingester.Core.Live;
using Ingester.Core.Markets;
using Ingester.Core.Memory;
using Ingester.Core.Output;
using Ingester.Core.Segments;
using Ingester.Core.Sequencing;
using Ingester.Core.Telemetry;
using Ingester.Tests.Core.Segments;
using Microsoft.Extensions.Logging.Abstractions;
using static Ingester.Tests.Core.Segments.StreamRig;

namespace Ingester.Tests.Core.Live;

/// <summary>What a stream publishes while it is recorded: the rows that are stored, in their order, and marks between them.</summary>
public sealed class LiveRecordingTests
{
    private const string Start = """{"exchange":"testing","pair":"BTC-USDT","dataset":"trades",""";

    private readonly LiveHub hub = new(1 << 20);

    [Fact]
    public void Published_rows_are_the_stored_rows_in_their_order()
    {
        using var rig = new StreamRig(live: hub);
        var reader = new LiveReader(hub);
        for (var id = 1; id <= 3_000; id++) // several chunks and pieces
            rig.Trade(id, T0 + id * 50_000);
        rig.Close();
        Assert.Equal(StoredRows(rig).Select(row => $"{Start}\"row\":{row}}}"), reader.ReadLines());
    }

    [Fact]
    public void Gap_is_a_mark_before_the_first_row_after_it()
    {
        using var rig = new StreamRig(live: hub);
        var reader = new LiveReader(hub);
        rig.Trade(1, T0);
        rig.Trade(2, T0 + Second);
        rig.Trade(7, T0 + 2 * Second);
        rig.Trade(8, T0 + 3 * Second);
        rig.Close();
        var rows = StoredRows(rig);
        Assert.Equal(
            [
                .. rows[..2].Select(row => $"{Start}\"row\":{row}}}"),
                $$"""{{Start}}"mark":"gap","ts":{{T0 + Second}},"to":{{T0 + 2 * Second}},"after":2,"upto":6,"cause":"skip"}""",
                .. rows[2..].Select(row => $"{Start}\"row\":{row}}}"),
            ],
            reader.ReadLines());
    }

    [Fact]
    public void Interruption_without_ids_is_a_mark_by_time()
    {
        using var rig = new StreamRig(SequenceKind.None, live: hub);
        var reader = new LiveReader(hub);
        rig.Depth(T0);
        rig.Recorder.Interrupted();
        rig.Depth(T0 + 5 * Second);
        Assert.Equal(
            $$"""{"exchange":"testing","pair":"BTC-USDT","dataset":"depth","mark":"gap","ts":{{T0}},"to":{{T0 + 5 * Second}},"cause":"disconnect"}""", reader.ReadLines()[1]);
    }

    [Fact]
    public void Late_row_is_published_when_it_is_stored_as_detached_and_closes_the_gap()
    {
        using var rig = new StreamRig(live: hub);
        var reader = new LiveReader(hub);
        rig.Trade(1, T0);
        rig.Trade(3, T0 + 2 * Second);
        rig.Trade(4, T0 + 3 * Second);
        reader.ReadLines();
        rig.Trade(2, T0 + Second);
        Assert.Empty(reader.ReadLines());
        rig.Close();
        Assert.Equal(
            [
                $$"""{{Start}}"mark":"closed","ts":{{T0 + Second}},"to":{{T0 + Second}},"after":1,"upto":2,"cause":"late"}""",
                $$$"""{{{Start}}}"detached":true,"row":{"id":"2","ts":{{{T0 + Second}}},"side":"buy","price":"1.50","size":"2"}}""",
            ],
            reader.ReadLines());
    }

    [Fact]
    public void Reset_is_a_mark_before_the_first_row_of_the_new_numbering()
    {
        using var rig = new StreamRig(live: hub);
        var reader = new LiveReader(hub);
        rig.Trade(1_000_000, T0);
        rig.Trade(1_000_001, T0 + Second);
        for (var id = 1; id <= 20; id++)
            rig.Trade(id, T0 + 100 * Second + id * Second);
        rig.Close();
        var lines = reader.ReadLines();
        var reset = Array.FindIndex(lines, line => line.Contains("\"mark\":\"reset\"", StringComparison.Ordinal));
        Assert.Equal(2, reset);
        Assert.Contains("\"cause\":\"reset\"", lines[reset], StringComparison.Ordinal);
        Assert.Contains("\"id\":\"1\"", lines[reset + 1], StringComparison.Ordinal);
    }

    [Fact]
    public void Stored_snapshot_is_a_row_of_its_dataset_and_a_mark_between_the_diffs()
    {
        var output = new CollectingOutput();
        using var meter = new IngesterMeter();
        var context = new SegmentContext(new(), output, new(meter, NullLogger<SegmentEvents>.Instance)) { Live = hub };
        var all = new LiveReader(hub);
        Assert.True(context.TryAdd(Snapshot()));
        Assert.Equal(
            [
                $$"""{"exchange":"testing","pair":"BTC-USDT","dataset":"depth","mark":"snapshot","ts":{{T0}},"upto":7}""",
                """{"exchange":"testing","pair":"BTC-USDT","dataset":"snapshots","row":{"ts":1}}""",
            ],
            all.ReadLines());

        output.Full = true;
        var refused = Snapshot();
        Assert.False(context.TryAdd(refused));
        refused.Rows.Dispose();
        Assert.Empty(all.ReadLines());
    }

    private static SealedSnapshot Snapshot()
    {
        var rows = new RowBuffer();
        rows.Append("{\"ts\":1}\n"u8);
        return new() { Stream = new(Dataset.Depth, "testing", "BTC-USDT"), Micros = T0, LastId = 7, Rows = rows };
    }

    private static List<string> StoredRows(StreamRig rig) => [.. rig.Output.Segments.SelectMany(stored => stored.Rows.Split('\n', StringSplitOptions.RemoveEmptyEntries))];
}
