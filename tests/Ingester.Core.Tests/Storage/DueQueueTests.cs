using Ingester.Core.Markets;
using Ingester.Core.Storage;

namespace Ingester.Core.Tests.Storage;

public sealed class DueQueueTests : IDisposable
{
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly List<int> due = [];
    private readonly DueQueue queue;

    public DueQueueTests() => queue = new(clock, upload => due.Add(upload.Count));

    public void Dispose() => queue.Dispose();

    [Fact]
    public void What_is_due_within_one_step_goes_together_and_nothing_early()
    {
        foreach (var wait in new[] { 140, 100, 121, 0, 81, 119 })
            queue.Add(Upload(wait), TimeSpan.FromMilliseconds(wait));
        Assert.Equal([0], due);
        clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal([0], due);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([0, 81, 100], due.Order());
        clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal([0, 81, 100, 119], due.Order());
        clock.Advance(TimeSpan.FromMilliseconds(19));
        Assert.Equal(4, due.Count);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([0, 81, 100, 119, 121, 140], due.Order());
    }

    [Fact]
    public void What_failed_keeps_its_wait_when_all_else_is_released()
    {
        queue.Add(Upload(1), TimeSpan.FromHours(1));
        queue.Release();
        queue.AddAgain(Upload(2), TimeSpan.FromSeconds(1));
        queue.Add(Upload(3), TimeSpan.FromHours(1));
        Assert.Equal([1, 3], due);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1, 3, 2], due);
    }

    private static JournalUpload Upload(int number) => new(new(Dataset.Gaps, "x", 0, 1), new(), number, static () => { }) { Size = 0 };
}
