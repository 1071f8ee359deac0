using Ingester.Testing.Memory;
using Ingester.Testing.Model;

namespace Ingester.Tests.Model;

/// <summary>
/// Whatever happens to a recorder, what it stores is what it received and what it claims is true. Seeds from <see cref="First"/> on; long runs are a command:
/// <c>dotnet run -c Release --project tests/Ingester.Benchmarks -- model 1000000</c>.
/// </summary>
public sealed class ModelTests : IDisposable
{
    private const int First = 1;
    private const int Schedules = 2_000;
    private const int Parts = 20;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, Parts).Select(part => First + part * (Schedules / Parts))];

    /// <summary>Seeds of schedules that once found a mistake which few others find.</summary>
    public static TheoryData<int> Rare =>
    [
        18042, 100114, 103976, 104297, 105103, 106087, 107102, 109743, 112605, 216669, 220158, 302144, 307505, 307822,
        308847, 317041, 320164, 350238, 352128, 353578, 357464, 357745, 368507, 406633, 407341, 500659, 500777, 501229,
        502147, 504228, 504528, 5010157, 5014053, 5020525, 5077120, 20515349, 30034314, 30502480,
        20017771, 20027312, 20029292, 20033242, 20038026, 20038415, 20543501, 20578532,
        50006410, 50015648, 50018620, 50025254, 50085952, 50098529, 50534850, 62004460, 62004905, 62018202,
        70024459, 70024829, 70065322, 70068951, 70081839, 70094182, 70099270, 70110923, 70124478, 70136210, 70146547, 70156027,
        70184938, 70235848, 70244169, 70271807, 70283727, 70509801, 70520396, 70593572, 70625783, 70648016, 70709581, 70774488,
        70776240, 70786471, 71020273, 71023994, 73006425, 80516992, 80066690, 80098801, 81008217,
    ];

    private readonly ChunkBalance chunks = new();

    [Theory]
    [MemberData(nameof(Rare))]
    public void Rare_schedules_are_remembered(int seed)
    {
        var wrong = ModelRun.Check(seed);
        Assert.True(wrong is null, wrong);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Stored_rows_are_the_received_events_and_every_claim_is_true(int seed)
    {
        for (var next = seed; next < seed + Schedules / Parts; next++)
        {
            var wrong = ModelRun.Check(next);
            Assert.True(wrong is null, wrong); // the whole text, where Assert.Null would cut it
        }
    }

    public void Dispose() => chunks.Dispose();
}
