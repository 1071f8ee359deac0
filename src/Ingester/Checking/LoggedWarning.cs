namespace Ingester.Checking;

/// <summary>A warning or error of the recorder.</summary>
/// <param name="IsError">True for an error.</param>
/// <param name="Message">The first message.</param>
/// <param name="Count">Number of messages of this kind.</param>
internal sealed record LoggedWarning(bool IsError, string Message, int Count);
