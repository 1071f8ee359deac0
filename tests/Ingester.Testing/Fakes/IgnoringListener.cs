using Ingester.Core.Exchanges;
using Ingester.Recording.Lanes;

namespace Ingester.Testing.Fakes;

/// <summary>A listener that ignores every notice and every request to resubscribe, for tests that only check recorded rows.</summary>
internal sealed class IgnoringListener : INoticeListener
{
    /// <inheritdoc/>
    public void OnNotice(in Notice notice)
    {
        // Ignored.
    }

    /// <inheritdoc/>
    public void Resubscribe(Subscription stream)
    {
        // Ignored.
    }
}
