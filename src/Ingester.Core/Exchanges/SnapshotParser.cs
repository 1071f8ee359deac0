namespace Ingester.Core.Exchanges;

/// <summary>Parses a snapshot.</summary>
/// <exception cref="System.Text.Json.JsonException">The body has an unexpected format; the message states the error and its position.</exception>
internal delegate RestSnapshot SnapshotParser(ReadOnlySpan<byte> body);
