using Ingester.Core.Raw;
using Ingester.Core.Telemetry;
using Ingester.Recording.Raw;
using Ingester.Testing;
using Ingester.Tests.Recording.Lanes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Core.Raw;

/// <summary>Counts what raw capture allocates for each message.</summary>
[Collection(nameof(AllocationTests))] // alone: pools are shared
public sealed class RawAllocationTests
{
    private const int MessagesPerMinute = 50_000;
    private const int WarmMinutes = 2; // pools fill
    private const int Minutes = 3;
    private const double MostPerMessage = 0.1; // bytes: the objects of a minute

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Capture_of_a_message_allocates_nothing(bool isBinary)
    {
        var clock = new ManualClock();
        using var meter = new IngesterMeter();
        RawJournal journal = null!;
        journal = new(new() { Exchanges = ["*"] }, clock, new(NullLogger.Instance, meter), part =>
        {
            var bytes = part.Lines.Length;
            part.Lines.Dispose();
            journal.Release(bytes);
        });
        var connection = new RawLane(new(journal, "binance")).Open(new("wss://example.com/"));
        var message = new byte[300];
        message.AsSpan().Fill((byte)'x');
        for (var minute = 0; minute < WarmMinutes; minute++)
            ReceiveMinute(connection, message, isBinary, clock);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var minute = 0; minute < Minutes; minute++)
            ReceiveMinute(connection, message, isBinary, clock);
        var perMessage = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(Minutes * MessagesPerMinute);
        Assert.Equal(0, meter.RawDropped.Total);
        Assert.InRange(perMessage, 0, MostPerMessage);
        journal.Close();
    }

    private static void ReceiveMinute(RawConnection connection, byte[] message, bool isBinary, ManualClock clock)
    {
        for (var count = 0; count < MessagesPerMinute; count++)
            connection.Received(message, isBinary);
        clock.Advance(TimeSpan.FromMinutes(1));
    }
}
