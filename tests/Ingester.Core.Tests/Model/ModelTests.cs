using Ingester.Core.Tests.Segments;

namespace Ingester.Core.Tests.Model;

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

    /// <summary>Schedules that once found a mistake which few others find.</summary>
    private readonly ChunkBalance chunks = new();

    [Theory]
    [InlineData(18042)]
    [InlineData(100114)]
    [InlineData(103976)]
    [InlineData(104297)]
    [InlineData(105103)]
    [InlineData(106087)]
    [InlineData(107102)]
    [InlineData(109743)]
    [InlineData(112605)]
    [InlineData(216669)]
    [InlineData(220158)]
    [InlineData(302144)]
    [InlineData(307505)]
    [InlineData(307822)]
    [InlineData(308847)]
    [InlineData(317041)]
    [InlineData(320164)]
    [InlineData(350238)]
    [InlineData(352128)]
    [InlineData(353578)]
    [InlineData(357464)]
    [InlineData(357745)]
    [InlineData(368507)]
    [InlineData(406633)]
    [InlineData(407341)]
    [InlineData(500659)]
    [InlineData(500777)]
    [InlineData(501229)]
    [InlineData(502147)]
    [InlineData(504228)]
    [InlineData(504528)]
    public void Rare_schedules_are_remembered(int seed)
    {
        var wrong = ModelRun.Check(seed);
        Assert.True(wrong is null, wrong);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Whatever_happens_what_is_stored_is_what_came_and_what_is_claimed_is_true(int seed)
    {
        for (var next = seed; next < seed + Schedules / Parts; next++)
        {
            var wrong = ModelRun.Check(next);
            Assert.True(wrong is null, wrong); // the whole text, where Assert.Null would cut it
        }
    }

    public void Dispose() => chunks.Dispose();
}
