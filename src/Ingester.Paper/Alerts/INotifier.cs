namespace Ingester.Paper.Alerts;

/// <summary>Sends alerts to one target.</summary>
internal interface INotifier
{
    /// <summary>Sends an alert. A target that fails is logged; it never stops a run.</summary>
    /// <param name="alert">The alert.</param>
    /// <param name="cancellation">Cancels the request.</param>
    Task SendAsync(Alert alert, CancellationToken cancellation);
}
