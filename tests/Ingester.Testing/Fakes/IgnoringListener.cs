using Ingester.Core.Exchanges;
using Ingester.Recording.Lanes;

namespace Ingester.Testing.Fakes;

/// <summary>A listener for tests of what is recorded: it ignores every notice and every request to subscribe again.</summary>
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
