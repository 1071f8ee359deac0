using Avro;
using Avro.File;
using Avro.Generic;
using Ingester.Deriving.Rows;

namespace Ingester.Deriving.Compaction;

/// <summary>Writes rows as an Avro object container file. Integers are <c>long</c>, text and numbers are <c>string</c>; every field may be null.</summary>
internal sealed class AvroHourFile : IHourFile
{
    private readonly RecordSchema schema;
    private readonly IFileWriter<GenericRecord> writer;

    private AvroHourFile(RecordSchema schema, IFileWriter<GenericRecord> writer) => (this.schema, this.writer) = (schema, writer);

    /// <summary>Begins a file.</summary>
    /// <param name="name">The name of the record; letters, digits and underscores.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="codec">The codec: <c>deflate</c>, <c>snappy</c> or <c>zstandard</c>.</param>
    /// <param name="target">The target; it is not closed.</param>
    /// <param name="metadata">Texts for the header.</param>
    public static AvroHourFile Create(string name, IReadOnlyList<DerivedColumn> columns, string codec, Stream target, IReadOnlyDictionary<string, string> metadata)
    {
        var fields = columns.Select(static column => $$"""{"name":"{{column.Name}}","type":["null","{{(column.Kind == ColumnKind.Integer ? "long" : "string")}}"],"default":null}""");
        var schema = (RecordSchema)Schema.Parse($$"""{"type":"record","name":"{{name}}","namespace":"ingester","fields":[{{string.Join(',', fields)}}]}""");
        var writer = DataFileWriter<GenericRecord>.OpenWriter(new GenericDatumWriter<GenericRecord>(schema), target, AvroCodecs.Create(codec), leaveOpen: true);
        foreach (var (key, text) in metadata)
            writer.SetMeta("ingester." + key, text);
        return new(schema, writer);
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(object?[] values, CancellationToken cancellation)
    {
        var record = new GenericRecord(schema);
        for (var place = 0; place < values.Length; place++)
            record.Add(place, values[place]);
        writer.Append(record);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CompleteAsync(CancellationToken cancellation)
    {
        writer.Flush();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        writer.Dispose();
        return ValueTask.CompletedTask;
    }
}
