using Ingester.Storage.Uploads;
using Ingester.Testing;
using Ingester.Testing.Memory;
using Ingester.Testing.Storage;

namespace Ingester.Tests.Storage.Uploads;

public sealed class BacklogTests : IDisposable
{
    private readonly ChunkBalance chunks = new();
    private readonly ManualClock clock = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Backlog_reports_its_size_and_oldest_age_for_every_order_of_storing(int seed)
    {
        var random = new Random(seed);
        var backlog = new Backlog(new(), clock);
        var left = new List<(Upload Upload, DateTimeOffset At)>();
        for (var step = 0; step < 2_000; step++)
        {
            if (left.Count == 0 || random.Next(100) < (step < 1_000 ? 60 : 40))
            {
                var upload = new SegmentUpload(SegmentSample.Segment(), rank: 0) { Size = random.Next(1, 100) };
                Assert.True(backlog.TryAdmit(upload));
                left.Add((upload, clock.GetUtcNow()));
            }
            else
            {
                var place = random.Next(3) switch { 0 => 0, 1 => left.Count - 1, _ => random.Next(left.Count) };
                backlog.Remove(left[place].Upload);
                left[place].Upload.DisposeRows();
                left.RemoveAt(place);
            }

            clock.Advance(TimeSpan.FromMilliseconds(random.Next(3)));
            var age = left.Count == 0 ? TimeSpan.Zero : clock.GetUtcNow() - left[0].At;
            Assert.Equal(new(left.Count, left.Sum(one => one.Upload.Size), age), backlog.State);
        }

        left.ForEach(one => one.Upload.DisposeRows());
    }

    public void Dispose() => chunks.Dispose();
}
