// Messages of TensorBoard's event files, as trees of fields: numbers, types and values. See tensorflow/core/util/event.proto and
// tensorflow/core/framework/{summary,tensor,tensor_shape,graph,node_def}.proto.
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** One field of a message. */
export type Field =
  | { readonly number: number; readonly type: 'double' | 'float' | 'int64'; readonly value: number }
  | { readonly number: number; readonly type: 'string'; readonly value: string }
  | { readonly number: number; readonly type: 'bytes'; readonly value: Uint8Array }
  | { readonly number: number; readonly type: 'message'; readonly value: Message };

export type Message = readonly Field[];

export const double = (number: number, value: number): Field => ({ number, type: 'double', value });
export const float = (number: number, value: number): Field => ({ number, type: 'float', value });
export const int64 = (number: number, value: number): Field => ({ number, type: 'int64', value });
export const string = (number: number, value: string): Field => ({ number, type: 'string', value });
export const bytes = (number: number, value: Uint8Array): Field => ({ number, type: 'bytes', value });
export const message = (number: number, value: Message): Field => ({ number, type: 'message', value });

/** The bytes of a message. */
export function encodeMessage(fields: Message): Uint8Array {
  const writer = new BinaryWriter();
  for (const field of fields) writeField(writer, field);
  return writer.finish();
}

function writeField(writer: BinaryWriter, field: Field): void {
  switch (field.type) {
    case 'double':
      writer.tag(field.number, WireType.Bit64).double(field.value);
      return;
    case 'float':
      writer.tag(field.number, WireType.Bit32).float(field.value);
      return;
    case 'int64':
      writer.tag(field.number, WireType.Varint).int64(field.value);
      return;
    case 'string':
      writer.tag(field.number, WireType.LengthDelimited).string(field.value);
      return;
    case 'bytes':
      writer.tag(field.number, WireType.LengthDelimited).bytes(field.value);
      return;
    case 'message':
      writer.tag(field.number, WireType.LengthDelimited).bytes(encodeMessage(field.value));
      return;
    default:
      field satisfies never;
  }
}
