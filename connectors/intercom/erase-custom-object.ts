import { deletionAnswer, lookAnswer, pairOf, type Eraser } from "./eraser.js";

/** `type:instance`. Source: `/custom_object_instances/{type}/{id}` of version 2.16. */
export const customObjectEraser: Eraser = {
  erase: async ({ client }, id) => deletionAnswer(pairOf(id)[1], await client.DELETE(PATH, { params: { path: pathOf(id) } })),
  look: async (client, { id }) => lookAnswer(pairOf(id)[1], await client.GET(PATH, { params: { path: pathOf(id) } })),
};

const PATH = "/custom_object_instances/{custom_object_type_identifier}/{custom_object_instance_id}";

function pathOf(id: string): { readonly custom_object_type_identifier: string; readonly custom_object_instance_id: string } {
  const [type, instance] = pairOf(id);
  return { custom_object_type_identifier: type, custom_object_instance_id: instance };
}
