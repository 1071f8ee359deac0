namespace Ingester.Core.Status;

/// <summary>What is known of a recorder.</summary>
/// <param name="Address">The address of its status page.</param>
/// <param name="Status">Its last state; null before its first answer.</param>
/// <param name="AnsweredAt">The time of its last answer, by the reader's clock; null before the first.</param>
/// <param name="Fault">Why the last request failed, as a sentence; null when it was answered.</param>
public sealed record RecorderView(Uri Address, StatusView? Status, DateTimeOffset? AnsweredAt, string? Fault)
{
    /// <summary>The replica's name; its address before its first answer.</summary>
    public string Name => Status?.Replica.Name ?? Address.Authority;
}
