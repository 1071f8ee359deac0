using System.Reflection;
using Ingester.Core.Memory;
using Ingester.Core.Proof;
using Ingester.Core.Rows;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Storage.Compression;
using Ingester.Testing.Memory;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Core.Segments;

public sealed class OpenSegmentTests : IDisposable
{
    private readonly ChunkBalance chunks = new();

    [Fact]
    public void Reset_segment_equals_a_new_segment()
    {
        var (later, plain) = (new Window(SegmentSample.Midnight + Window.MicrosPerMinute, 1), new OpenSegment(new(SegmentSample.Midnight, 5), isStartProven: true));
        var used = new OpenSegment(new(SegmentSample.Midnight, 5), isStartProven: true) { IsTainted = true, IsConfirmed = true, Grade = ProofGrade.Chain };
        var packing = new SegmentCompression(new ManagedCodec(1), static full => full.CompressPending());
        for (var number = 0; number < 2; number++)
        {
            used.Extend(new(6 + number, 7 + number), SegmentSample.Midnight + 8 + number, now: SegmentSample.Midnight + 9);
            used.AddReceived(new(6 + number, 7 + number), new Arrival(SegmentSample.Midnight, TimeMark.None, 0, true, true) { ReceivedMicros = SegmentSample.Midnight + 9 });
            used.Rows.Append(new byte[SegmentCompression.PieceBytes]);
            used.QueueFullPiece(packing);
            used.MarkStored();
        }

        Assert.True(used.IsStuck(long.MaxValue / 2, 0));
        Assert.All(Values(used).Where(value => value.Name is not "<IsStartProven>k__BackingField" and not "<Window>k__BackingField"),
            value => Assert.NotEqual(Values(plain).Single(other => other.Name == value.Name).Value, value.Value)); // each has changed, so that each is compared below

        var rows = used.Rows;
        used.DisposeRows();
        used.Reuse(later, proven: false);
        Assert.NotSame(rows, used.Rows);
        Assert.Equal(0, used.Length);
        Assert.Equal(Values(new(later, isStartProven: false)).Where(IsCompared), Values(used).Where(IsCompared));

        static bool IsCompared((string Name, object? Value) value) => value.Value is not RowBuffer;
    }

    public void Dispose() => chunks.Dispose();

    private static IEnumerable<(string Name, object? Value)> Values(OpenSegment segment) =>
        typeof(OpenSegment).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).Select(field => (field.Name, field.GetValue(segment)));
}
