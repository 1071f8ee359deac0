using System.Globalization;
using Ingester.Core.Connections;
using Ingester.Core.Storage;

namespace Ingester.Core.Tests.Connections;

public sealed class NativeSliceTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_thread_that_asks_for_short_slices_gets_them_and_keeps_its_share(bool givesWay)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(6, 12) && Slice() is not null,
            "This system does not let itself be asked for slices, or does not show them (Linux 6.12 and later do).");
        (long? Usual, long? Asked, long? Begun, string Before, string After) seen = default;
        var thread = new Thread(() =>
        {
            if (givesWay)
                NativeThread.GiveWay();
            (seen.Usual, seen.Before) = (Slice(), Share());
            NativeSlice.Shorten();
            (seen.Asked, seen.After) = (Slice(), Share());
            var begun = new Thread(() => seen.Begun = Slice());
            begun.Start();
            begun.Join();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(100_000, seen.Asked);
        Assert.True(seen.Usual > seen.Asked);
        Assert.Equal(seen.Usual, seen.Begun); // a pool thread that the loop begins must not compete with it
        Assert.Equal(seen.Before, seen.After);
    }

    private static long? Slice() => Line("se.slice") is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string Share() => Line("prio")!;

    private static string? Line(string name) => File.Exists("/proc/thread-self/sched")
        ? File.ReadLines("/proc/thread-self/sched").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':')[1].Trim()
        : null;
}
